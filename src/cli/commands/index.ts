import { command, type CommandSpec } from '../command.ts';
import type { ExitName } from '../../report/exit-statuses.ts';
import { gatewayForms } from './gateway-forms.ts';
import { hostForms } from './host-forms.ts';
import { inventoryForms } from './inventory-forms.ts';
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
  init: command({
    summary: 'write an inventory to start from',
    forms: inventoryForms.init,
    examples: ['lvsform init mylab --mode nat', 'lvsform init mylab --failover keepalived'],
    exits: ['done', 'failed'],
    load: () => import('./init.ts'),
  }),
  validate: command({
    summary: 'show all problems of an inventory',
    forms: inventoryForms.validate,
    examples: ['lvsform validate -i inventories/dr', 'lvsform validate --schema > inventory.schema.json'],
    exits: ['done', 'failed'],
    exitWords: { done: 'no errors', failed: 'errors' },
    load: () => import('./validate.ts'),
  }),
  rules: command({
    summary: 'show what validate checks, or the reason for a rule',
    forms: inventoryForms.rules,
    examples: ['lvsform rules', 'lvsform rules LVS016'],
    exits: ['done', 'failed'],
    load: () => import('./rules.ts'),
  }),
  render: command({
    summary: 'write every document that the hosts would get',
    forms: inventoryForms.render,
    examples: ['lvsform render -i inventories/dr -o out --family rhel6'],
    exits: ['done', 'failed'],
    load: () => import('./render.ts'),
  }),
  plan: command({
    summary: 'show how the hosts differ from the inventory',
    forms: hostForms.plan,
    examples: [
      'lvsform plan -i inventories/dr -o dr.plan.json',
      'lvsform plan --limit directors --exclude lb2',
    ],
    exits: ['done', 'failed', 'changes', 'unreachable', 'refused'],
    exitWords: { changes: 'changes (with --detailed-exitcode)' },
    load: () => import('./plan.ts'),
  }),
  show: command({
    summary: 'show a saved plan',
    forms: inventoryForms.show,
    examples: ['lvsform show dr.plan.json', 'lvsform show dr.plan.json --commands'],
    exits: ['done', 'failed'],
    load: () => import('./show.ts'),
  }),
  apply: command({
    summary: 'change the hosts to match the inventory',
    forms: hostForms.apply,
    examples: [
      'lvsform apply dr.plan.json',
      'lvsform apply -i inventories/dr --yes',
      'lvsform apply --batch 1,25% --keep-weights --allow add,edit',
    ],
    exits: applyExits,
    load: () => import('./apply.ts'),
  }),
  summary: command({
    summary: 'show what several runs of apply or destroy did together',
    forms: inventoryForms.summary,
    examples: ['lvsform summary 1.jsonl 2.jsonl 3.jsonl', 'cat *.jsonl | lvsform summary -'],
    exits: applyExits,
    exitWords: { failed: 'error, or a run without an end' },
    load: () => import('./summary.ts'),
  }),
  destroy: command({
    summary: 'remove what lvsform set up, and restore what was there before',
    forms: hostForms.destroy,
    examples: ['lvsform destroy -i inventories/dr'],
    exits: applyExits,
    load: () => import('./destroy.ts'),
  }),
  forget: command({
    summary: 'give hosts up without changing them, so that another inventory can take them',
    forms: hostForms.forget,
    examples: ['lvsform forget lb1 -i inventories/dr'],
    exits: applyExits,
    load: () => import('./forget.ts'),
  }),
  verify: command({
    summary: 'check that the cluster works as the inventory says',
    forms: hostForms.verify,
    examples: ['lvsform verify -i inventories/dr', 'lvsform verify -i inventories/dr --lab --requests 60'],
    exits: ['done', 'failed', 'unreachable', 'refused'],
    exitWords: { done: 'all as the inventory says', failed: 'something is wrong' },
    load: () => import('./verify.ts'),
  }),
  lock: command({
    summary: 'show which transactions run on the hosts, and stop one that hangs',
    forms: hostForms.lock,
    examples: ['lvsform lock status --limit directors', 'lvsform lock release lb1'],
    exits: ['done', 'failed', 'unreachable', 'refused'],
    exitWords: { done: 'free, or shown', failed: 'not released, or an error' },
    load: () => import('./lock.ts'),
  }),
  gateway: command({
    summary: 'do the work of an lvsform elsewhere, which starts this by --via',
    forms: gatewayForms,
    examples: ['lvsform gateway 4f1c0de5d2a94b7e90f3a6c815b2e7d4'],
    exits: ['done', 'failed'],
    load: () => import('./gateway.ts'),
  }),
  lab: command({
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
  }),
  secrets: command({
    summary: 'manage the keys and passwords of an inventory',
    forms: inventoryForms.secrets,
    examples: [
      'lvsform secrets generate -i inventories/heartbeat',
      'pass show lvs/web | lvsform secrets set web/failover -i inventories/heartbeat',
    ],
    exits: ['done', 'failed'],
    load: () => import('./secrets.ts'),
  }),
  demo: command({
    summary: 'run plan, apply and destroy on simulated hosts, in seconds',
    forms: inventoryForms.demo,
    examples: ['lvsform demo'],
    exits: ['done', 'failed'],
    load: () => import('./demo.ts'),
  }),
};
