import { z } from 'zod';
import type { Family } from '../model/family.ts';
import { linesOf } from '../shell/answer.ts';
import type { Kind } from './kind.ts';
import { type Fields, aName, type Shape, aWord } from './shape.ts';

/** The name by which a cluster manager knows its node, `uname -n`. lvsform does not rename hosts. */
export interface NodeNameResource {
  readonly kind: 'node-name';
  readonly name: string;
  /** The engine that needs it. */
  readonly engine: string;
}

export interface ObservedNodeName {
  readonly name: string;
}

const shape: Shape<NodeNameResource, ObservedNodeName> = {
  resource: z.strictObject({
    kind: z.literal('node-name'),
    name: aName,
    engine: aName,
  } satisfies Fields<NodeNameResource>),
  before: z.strictObject({ name: aWord } satisfies Fields<ObservedNodeName>),
};

export const nodeNameKind: Kind<NodeNameResource, ObservedNodeName> = {
  kind: 'node-name',
  shape,
  lasting: true,
  key: () => '',

  probe: () => 'uname -n',

  parse: (answer, names) => names.map(() => ({ name: linesOf(answer.section('node-name'))[0] ?? '' })),

  compare: ({ name, engine }, observed, { retiring, family }) =>
    retiring || observed.name === name
      ? {}
      : {
          blocker: `${engine} knows it as ${observed.name} (uname -n), but the inventory calls it ${name}: use the host's name in the inventory, or rename the host (${renaming(name, family)})`,
        },

  restore: () => undefined,
};

function renaming(name: string, family: Family): string {
  return family === 'rhel6'
    ? `HOSTNAME=${name} in /etc/sysconfig/network, and hostname ${name}`
    : `hostnamectl set-hostname ${name}`;
}
