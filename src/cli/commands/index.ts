import type { CommandSpec } from '../command.ts';
import type { ExitName } from '../../report/exit-statuses.ts';
import { forwardingModes } from '../../model/cluster.ts';
import { listed } from '../../model/engine-words.ts';
import { failoverEngines } from '../../model/failover.ts';
import { families } from '../../model/family.ts';
import { common, fullOption, inventoryOption, jsonOption } from '../options.ts';
import { oneOf } from '../values.ts';
import { hostForms } from './host-forms.ts';
import { labForms } from './lab-forms.ts';

const applyExits: readonly ExitName[] = [
  'done',
  'failed',
  'unreachable',
  'stale',
  'rolledBack',
  'locked',
  'inPart',
  'refused',
  'interrupted',
  'terminated',
  'hungUp',
];

/** Every command, as data: the code of a command is loaded when it runs. */
export const commands: Readonly<Record<string, CommandSpec>> = {
  init: {
    summary: 'write an inventory to start from',
    forms: [
      {
        usage: `[DIR] [--mode ${forwardingModes.join('|')}] [--failover ${failoverEngines.join('|')}]`,
        words: [0, 1],
        options: {
          ...common,
          mode: {
            type: 'string',
            value: 'MODE',
            help: 'forwarding mode: dr (default), nat, tun or fullnat',
            check: oneOf(forwardingModes),
          },
          failover: {
            type: 'string',
            value: 'ENGINE',
            help: `add a second director with this engine: ${listed(failoverEngines, 'or')}; default none`,
            check: oneOf(['none', ...failoverEngines]),
          },
        },
      },
    ],
    examples: ['lvsform init mylab --mode nat', 'lvsform init mylab --failover keepalived'],
    exits: ['done', 'failed'],
    load: () => import('./init.ts'),
  },
  validate: {
    summary: 'show all problems of an inventory',
    forms: [
      { usage: '[-i PATH]', options: { ...common, ...jsonOption, ...inventoryOption } },
      {
        usage: '--schema',
        flag: 'schema',
        options: {
          ...common,
          schema: { type: 'boolean', help: 'print the JSON Schema for editors instead' },
        },
        instead: 'the schema is the same for all inventories, and is JSON already',
      },
    ],
    examples: ['lvsform validate -i inventories/dr', 'lvsform validate --schema > inventory.schema.json'],
    exits: ['done', 'failed'],
    exitWords: { done: 'no errors', failed: 'errors' },
    load: () => import('./validate.ts'),
  },
  rules: {
    summary: 'show what validate checks, or the reason for a rule',
    forms: [{ usage: '[RULE]', words: [0, 1], options: { ...common, ...jsonOption } }],
    examples: ['lvsform rules', 'lvsform rules LVS016'],
    exits: ['done', 'failed'],
    load: () => import('./rules.ts'),
  },
  render: {
    summary: 'write every document that the hosts would get',
    forms: [
      {
        usage: '[-i PATH] -o DIR [--family FAMILY]',
        options: {
          ...common,
          ...jsonOption,
          ...inventoryOption,
          output: { type: 'string', short: 'o', value: 'DIR', help: 'write to DIR/HOST/ABSOLUTE-PATH' },
          family: {
            type: 'string',
            value: 'FAMILY',
            help: 'family of the hosts: debian (default), rhel7 or rhel6',
            check: oneOf(families),
          },
        },
      },
    ],
    examples: ['lvsform render -i inventories/dr -o out --family rhel6'],
    exits: ['done', 'failed'],
    load: () => import('./render.ts'),
  },
  plan: {
    summary: 'show how the hosts differ from the inventory',
    forms: hostForms.plan,
    examples: [
      'lvsform plan -i inventories/dr -o dr.plan.json',
      'lvsform plan --limit directors --exclude lb2',
    ],
    exits: ['done', 'failed', 'changes', 'unreachable', 'refused'],
    exitWords: { changes: 'changes (with --detailed-exitcode)' },
    load: () => import('./plan.ts'),
  },
  show: {
    summary: 'show a saved plan',
    forms: [
      {
        usage: 'FILE',
        words: [1, 1],
        options: {
          ...common,
          ...jsonOption,
          ...fullOption,
          commands: {
            type: 'boolean',
            help: 'also show every command and file, in the order in which apply uses them',
          },
        },
        apart: [
          ['json', 'full'],
          ['json', 'commands'],
        ],
      },
    ],
    examples: ['lvsform show dr.plan.json', 'lvsform show dr.plan.json --commands'],
    exits: ['done', 'failed'],
    load: () => import('./show.ts'),
  },
  apply: {
    summary: 'change the hosts to match the inventory',
    forms: hostForms.apply,
    examples: [
      'lvsform apply dr.plan.json',
      'lvsform apply -i inventories/dr --yes',
      'lvsform apply --batch 1,25% --keep-weights --allow add,edit',
    ],
    exits: applyExits,
    load: () => import('./apply.ts'),
  },
  destroy: {
    summary: 'remove what lvsform set up, and restore what was there before',
    forms: hostForms.destroy,
    examples: ['lvsform destroy -i inventories/dr'],
    exits: applyExits,
    load: () => import('./destroy.ts'),
  },
  forget: {
    summary: 'give hosts up without changing them, so that another inventory can take them',
    forms: hostForms.forget,
    examples: ['lvsform forget lb1 -i inventories/dr'],
    exits: applyExits,
    load: () => import('./forget.ts'),
  },
  verify: {
    summary: 'check that the cluster works as the inventory says',
    forms: hostForms.verify,
    examples: ['lvsform verify -i inventories/dr', 'lvsform verify -i inventories/dr --lab --requests 60'],
    exits: ['done', 'failed', 'unreachable', 'refused'],
    exitWords: { done: 'all as the inventory says', failed: 'something is wrong' },
    load: () => import('./verify.ts'),
  },
  lock: {
    summary: 'show which transactions run on the hosts, and stop one that hangs',
    forms: hostForms.lock,
    examples: ['lvsform lock status --limit directors', 'lvsform lock release lb1'],
    exits: ['done', 'failed', 'unreachable', 'refused'],
    exitWords: { done: 'free, or shown', failed: 'not released, or an error' },
    load: () => import('./lock.ts'),
  },
  lab: {
    summary: 'run a real cluster of an inventory in one virtual machine',
    forms: labForms,
    examples: [
      'lvsform lab up -i inventories/dr && lvsform apply -i inventories/dr --lab',
      'lvsform lab exec client -- curl -s http://172.16.100.1/',
      'lvsform lab reset && lvsform lab down',
    ],
    exits: ['done', 'failed', 'interrupted'],
    exitWords: { failed: 'error (ssh and exec: the status of the command)' },
    load: () => import('./lab.ts'),
  },
  secrets: {
    summary: 'manage the keys and passwords of an inventory',
    forms: [
      { usage: 'list', verbs: ['list'], options: { ...common, ...inventoryOption } },
      { usage: 'generate', verbs: ['generate'], options: { ...common, ...inventoryOption } },
      {
        usage: 'show|set|remove NAME',
        verbs: ['show', 'set', 'remove'],
        words: [1, 1],
        options: { ...common, ...inventoryOption },
      },
    ],
    examples: [
      'lvsform secrets generate -i inventories/heartbeat',
      'pass show lvs/web | lvsform secrets set web/failover -i inventories/heartbeat',
    ],
    exits: ['done', 'failed'],
    load: () => import('./secrets.ts'),
  },
  demo: {
    summary: 'run plan, apply and destroy on simulated hosts, in seconds',
    forms: [{ usage: '', options: common }],
    examples: ['lvsform demo'],
    exits: ['done', 'failed'],
    load: () => import('./demo.ts'),
  },
};
