import { linesOf } from '../observe/answer.ts';
import { line, type Command } from '../shell/quote.ts';
import { type Kind, run } from './kind.ts';

/** A package that has to be installed, by its name in the host's own distribution. */
export interface PackageResource {
  readonly kind: 'package';
  readonly name: string;
  readonly installed: boolean;
}

export interface ObservedPackage {
  readonly installed: boolean;
}

export const packageKind: Kind<PackageResource, ObservedPackage> = {
  kind: 'package',
  key: ({ name }) => name,

  probe: (packages, family) => {
    const names = packages.map(({ name }) => name);
    return family === 'debian'
      ? `${line(['dpkg-query', '-W', '-f', '${Package} ${Status}\n', ...names])} 2>/dev/null`
      : `${line(['rpm', '-q', '--qf', '%{NAME} install ok installed\n', ...names])} 2>/dev/null`;
  },

  parse: (answer, packages) => {
    const installed = new Set(
      linesOf(answer.section('package'))
        .filter((text) => text.endsWith(' ok installed'))
        .map((text) => text.split(' ')[0]),
    );
    return packages.map(({ name }) => ({ installed: installed.has(name) }));
  },

  compare: ({ name, installed }, observed) => {
    if (installed === observed.installed) return {};
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

  restore: ({ name }, before) => (before.installed ? undefined : { kind: 'package', name, installed: false }),
};

const install = (name: string): Command => ['package_install', name];
const remove = (name: string): Command => ['package_remove', name];
