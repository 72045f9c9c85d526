import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import { line } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { run } from './orders.ts';
import { type Fields, aName, type Shape } from './shape.ts';

/** A kernel module that must be loaded. A destroy leaves modules loaded, since others may use them by then. */
export interface ModuleResource {
  readonly kind: 'module';
  readonly name: string;
}

export interface ObservedModule {
  readonly loaded: boolean;
}

const shape: Shape<ModuleResource, ObservedModule> = {
  resource: z.strictObject({ kind: z.literal('module'), name: aName } satisfies Fields<ModuleResource>),
  before: z.strictObject({ loaded: z.boolean() } satisfies Fields<ObservedModule>),
};

export const moduleKind: Kind<ModuleResource, ObservedModule> = {
  kind: 'module',
  shape,
  lasting: true,
  key: ({ name }) => name,

  probe: (modules) => line(['show_modules', ...modules.map(({ name }) => name)]),

  parse: (answer, modules) => {
    const loaded = new Set(linesOf(answer.section('module')));
    return modules.map(({ name }) => ({ loaded: loaded.has(name) }));
  },

  compare: ({ name }, { loaded }) => {
    if (loaded) return {};
    return {
      change: {
        id: `module:${name}`,
        verb: 'add',
        title: `kernel module ${name}`,
        details: [],
        actions: [run({ stage: 'prepare', of: 'module' }, `modprobe ${name}`, [['modprobe', name]])],
        interrupts: [],
      },
    };
  },

  restore: () => undefined,

  boot: ({ name }) => ({
    of: 'module',
    up: [['load_module', name]],
    down: [],
    isUp: ['has_module', name],
  }),
};
