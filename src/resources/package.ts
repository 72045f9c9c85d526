import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import { line, quote, type Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { run } from './orders.ts';
import { type Fields, aName, only, type Shape } from './shape.ts';

/** A package that must be installed, by its name in the host's own distribution. */
export interface PackageResource {
  readonly kind: 'package';
  readonly name: string;
  readonly installed: boolean;
  /** The package is not needed if the host has this command already. */
  readonly unless?: string;
}

export interface ObservedPackage {
  readonly installed: boolean;
  /** True if another command does its work. */
  readonly replaced?: true;
}

const shape: Shape<PackageResource, ObservedPackage> = {
  resource: z.strictObject({
    kind: z.literal('package'),
    name: aName,
    installed: z.boolean(),
    unless: aName.exactOptional(),
  } satisfies Fields<PackageResource>),
  before: z.strictObject({ installed: z.boolean(), replaced: only } satisfies Fields<ObservedPackage>),
};

export const packageKind: Kind<PackageResource, ObservedPackage> = {
  kind: 'package',
  // Time for a slow mirror, and for another package manager that is running.
  limit: 3600,
  shape,
  key: ({ name }) => name,

  probe: (packages, family) => {
    const names = packages.map(({ name }) => name);
    const others = packages.flatMap(({ unless }) =>
      unless === undefined
        ? []
        : [`command -v ${quote(unless)} >/dev/null && ${line(['echo', `has ${unless}`])}`],
    );
    const ask =
      family === 'debian'
        ? `${line(['dpkg-query', '-W', '-f', '${Package} ${Status}\n', ...names])} 2>/dev/null`
        : `${line(['rpm', '-q', '--qf', '%{NAME} install ok installed\n', ...names])} 2>/dev/null`;
    return [ask, ...others].join('\n');
  },

  parse: (answer, packages) => {
    const installed = new Set(
      linesOf(answer.section('package'))
        .filter((text) => text.endsWith(' ok installed'))
        .map((text) => text.split(' ')[0]),
    );
    const has = new Set(linesOf(answer.section('package')).filter((text) => text.startsWith('has ')));
    return packages.map(({ name, unless }) => ({
      installed: installed.has(name),
      ...(unless !== undefined && has.has(`has ${unless}`) ? { replaced: true as const } : {}),
    }));
  },

  compare: ({ name, installed }, observed) => {
    if (installed === observed.installed || (installed && observed.replaced === true)) return {};
    const title = `${installed ? 'install' : 'remove'} ${name}`;
    const action = installed
      ? run({ stage: 'prepare', of: 'package' }, title, [install(name)], [remove(name)])
      : run({ stage: 'retire', of: 'package' }, title, [remove(name)], [install(name)]);
    return {
      change: {
        id: `package:${name}`,
        verb: installed ? 'add' : 'remove',
        title: `package ${name}`,
        details: [],
        actions: [action],
        interrupts: [],
      },
    };
  },

  restore: ({ name }, before) =>
    before.installed || before.replaced === true ? undefined : { kind: 'package', name, installed: false },
};

const install = (name: string): Command => ['package_install', name];
const remove = (name: string): Command => ['package_remove', name];
