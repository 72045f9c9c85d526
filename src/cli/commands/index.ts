import type { CommandSpec } from '../command.ts';
import { common, forgetOption, fullOption, hostOptions, inventoryOption } from '../options.ts';

const applyExits = '0 done, 1 error, 3 some host unreachable, 4 stale plan, 5 rolled back, 6 locked';

/** Every command. Nothing here does anything: what a command needs is loaded when it is run. */
export const commands: Readonly<Record<string, CommandSpec>> = {
  init: {
    summary: 'make an inventory to start from',
    usage: 'lvsform init [DIR] [--mode dr|nat]',
    words: 1,
    options: {
      ...common,
      mode: { type: 'string', value: 'MODE', help: 'forwarding mode: dr (default) or nat' },
      failover: { type: 'string', value: 'ENGINE', help: 'none (default); others are to come' },
    },
    examples: ['lvsform init mylab --mode nat'],
    exits: '0, 1',
    load: () => import('./init.ts'),
  },
  validate: {
    summary: 'show all problems of an inventory',
    usage: 'lvsform validate [-i PATH]',
    options: {
      ...common,
      ...inventoryOption,
      schema: { type: 'boolean', help: 'print the JSON Schema for editors instead' },
    },
    examples: ['lvsform validate -i inventories/dr', 'lvsform validate --schema > inventory.schema.json'],
    exits: '0 clean, 1 problems',
    load: () => import('./validate.ts'),
  },
  render: {
    summary: 'write every document as it would stand on the hosts',
    usage: 'lvsform render [-i PATH] -o DIR [--family FAMILY]',
    options: {
      ...common,
      ...inventoryOption,
      output: { type: 'string', short: 'o', value: 'DIR', help: 'where to: DIR/HOST/ABSOLUTE-PATH' },
      family: { type: 'string', value: 'FAMILY', help: 'debian (default), rhel7 or rhel6' },
    },
    examples: ['lvsform render -i inventories/dr -o out --family rhel6'],
    exits: '0, 1',
    load: () => import('./render.ts'),
  },
  plan: {
    summary: 'show how the hosts differ from the inventory',
    usage: 'lvsform plan [-i PATH] [-o FILE]',
    options: {
      ...common,
      ...inventoryOption,
      ...hostOptions,
      ...forgetOption,
      ...fullOption,
      output: { type: 'string', short: 'o', value: 'FILE', help: 'save the plan for apply' },
      destroy: { type: 'boolean', help: 'plan to take everything of ours away' },
      'detailed-exitcode': { type: 'boolean', help: 'exit with 2 where there are changes' },
    },
    examples: [
      'lvsform plan -i inventories/dr -o dr.plan.json',
      'lvsform plan --limit directors --exclude lb2',
    ],
    exits: '0; with --detailed-exitcode 0 no changes, 2 changes; 1 error, 3 some host unreachable',
    load: () => import('./plan.ts'),
  },
  show: {
    summary: 'show a saved plan',
    usage: 'lvsform show FILE',
    words: 1,
    options: { ...common, ...fullOption },
    examples: ['lvsform show dr.plan.json'],
    exits: '0, 1',
    load: () => import('./show.ts'),
  },
  apply: {
    summary: 'make the hosts as the inventory says',
    usage: 'lvsform apply [FILE] [-i PATH] [--yes]',
    words: 1,
    options: {
      ...common,
      ...inventoryOption,
      ...hostOptions,
      ...forgetOption,
      ...fullOption,
      yes: { type: 'boolean', short: 'y', help: 'do not ask' },
    },
    examples: ['lvsform apply dr.plan.json', 'lvsform apply -i inventories/dr --yes'],
    exits: applyExits,
    load: () => import('./apply.ts'),
  },
  destroy: {
    summary: 'take everything of ours off the hosts, and nothing else',
    usage: 'lvsform destroy [-i PATH] [--yes]',
    options: {
      ...common,
      ...inventoryOption,
      ...hostOptions,
      ...forgetOption,
      ...fullOption,
      yes: { type: 'boolean', short: 'y', help: 'do not ask' },
    },
    examples: ['lvsform destroy -i inventories/dr'],
    exits: applyExits,
    load: () => import('./destroy.ts'),
  },
  verify: {
    summary: 'check that what runs is what must run',
    usage: 'lvsform verify [-i PATH]',
    options: { ...common, ...inventoryOption, ...hostOptions, ...fullOption },
    examples: ['lvsform verify -i inventories/dr'],
    exits: '0 all as wanted, 1 not, 3 some host unreachable',
    load: () => import('./verify.ts'),
  },
  demo: {
    summary: 'the whole story on simulated hosts, in seconds',
    usage: 'lvsform demo',
    options: common,
    examples: ['lvsform demo'],
    exits: '0',
    load: () => import('./demo.ts'),
  },
};
