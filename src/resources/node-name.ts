import { z } from 'zod';
import type { Family } from '../model/family.ts';
import { linesOf } from '../shell/answer.ts';
import type { Kind } from './kind.ts';
import { type Fields, aName, type Shape, aWord } from './shape.ts';

/** The name by which a cluster manager knows its node, which is `uname -n` there. We do not rename hosts. */
export interface NodeNameResource {
  readonly kind: 'node-name';
  readonly name: string;
  /** Who needs it. */
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
          blocker: `${engine} knows it as ${observed.name} (uname -n), and the inventory as ${name}: call it so in the inventory, or rename the host (${renaming(name, family)})`,
        },

  restore: () => undefined,
};

function renaming(name: string, family: Family): string {
  return family === 'rhel6'
    ? `HOSTNAME=${name} in /etc/sysconfig/network, and hostname ${name}`
    : `hostnamectl set-hostname ${name}`;
}
