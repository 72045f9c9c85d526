import test from 'ava';
import { planShape } from '../../src/plan/file-shape.ts';
import { readPlan, writePlan } from '../../src/plan/file.ts';
import { orderHosts } from '../../src/plan/order.ts';
import {
  adds,
  blocked,
  director,
  planOf,
  realServer,
  sendsTo,
  unreachable,
  writes,
} from '../support/plans.ts';

const hosts = [
  director('lb1', sendsTo('rs1'), writes()),
  realServer('rs1', adds()),
  realServer('rs2', blocked),
  realServer('rs3', unreachable),
];
const plan = planOf(hosts, orderHosts(hosts));
const sound = { ...plan, documents: {} };

type Step = string | number;
type Json = Record<Step, unknown>;

/** The plan with another value at a path; without one, without what is there. */
function edited(path: string, value?: unknown): unknown {
  const copy = structuredClone(sound) as unknown as Json;
  const steps = path.split('.');
  const last = steps.pop()!;
  const at = steps.reduce((found, step) => found[step] as Json, copy);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

const accepts = (value: unknown): boolean => planShape.safeParse(value).success;

test('a plan that was made has the shape, and reads back equal', (t) => {
  t.true(accepts(sound));
  t.deepEqual(readPlan(writePlan(plan)), JSON.parse(JSON.stringify(plan)));
});

/** What show and apply rely on: without it, it is no plan. */
const needed = [
  'id',
  'createdAt',
  'inventory',
  'name',
  'limit',
  'exclude',
  'destroy',
  'secrets',
  'dangers',
  'documents',
  'hosts',
  'transactions',
  'hosts.0.host',
  'hosts.0.ssh',
  'hosts.0.ssh.host',
  'hosts.0.ssh.sudo',
  'hosts.0.clusters',
  'hosts.0.departed',
  'hosts.0.state',
  'hosts.0.state.is',
  'hosts.0.state.family',
  'hosts.0.state.frame',
  'hosts.0.state.fingerprint',
  'hosts.0.state.resources',
  'hosts.0.state.changes',
  'hosts.0.state.roster',
  'hosts.0.state.notes',
  'hosts.0.state.holds',
  'hosts.0.state.leaving',
  'hosts.0.state.held',
  'hosts.0.state.changes.0.id',
  'hosts.0.state.changes.0.verb',
  'hosts.0.state.changes.0.actions',
  'hosts.0.state.changes.0.actions.0.do',
  'hosts.0.state.changes.0.actions.0.stage',
  'hosts.2.state.reasons',
  'hosts.3.state.reason',
  'hosts.3.state.why',
  'transactions.0.id',
  'transactions.0.host',
  'transactions.0.stages',
  'transactions.0.after',
  'transactions.1.after.0.transaction',
  'transactions.1.after.0.requires',
];

for (const path of needed) {
  test(`a plan without ${path} is none`, (t) => {
    t.false(accepts(edited(path)));
    t.false(accepts(edited(path, null)));
  });
}

/** Values of another kind than is meant. */
const wrong: readonly (readonly [path: string, value: unknown])[] = [
  ['hosts', {}],
  ['hosts.0', 'lb1'],
  ['destroy', 'no'],
  ['hosts.0.departed', 'yes'],
  ['hosts.0.state.is', 'sleepy'],
  ['hosts.0.state.changes.0.verb', 'destroy'],
  ['hosts.0.state.changes.0.actions.0.do', 'eval'],
  ['transactions.0.stages', ['all']],
  ['transactions.0.after', [{ transaction: 'rs1', requires: 'yes' }]],
  ['dangers', 'none'],
];

for (const [path, value] of wrong) {
  test(`a plan with ${JSON.stringify(value)} as ${path} is none`, (t) =>
    t.false(accepts(edited(path, value))));
}

test('what a newer lvsform adds is kept', (t) => {
  t.true(accepts(edited('hosts.0.colour', 'blue')));
});
