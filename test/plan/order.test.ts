import test from 'ava';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan, Ready } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { type Change, run } from '../../src/resources/kind.ts';

/** A change that gives up an address, or takes one. */
function addressChange(verb: 'add' | 'remove'): Change {
  const at =
    verb === 'add'
      ? ({ stage: 'prepare', of: 'address' } as const)
      : ({ stage: 'retire', of: 'address' } as const);
  return {
    id: 'address:10.0.0.100 eth0',
    verb,
    title: 'address',
    details: [],
    actions: [run(at, 'address', [['true']])],
    interrupts: [],
  };
}

function ready(changes: readonly Change[]): Ready {
  return {
    is: 'ready',
    family: 'debian',
    system: 'Debian',
    frame: 'f',
    fingerprint: 'x',
    resources: [],
    changes,
    roster: [],
    parting: [],
    notes: [],
    active: 0,
    holds: [],
    manifest: undefined,
    leaving: {},
    held: {},
    policy: everything,
    ours: [],
  };
}

const director = (host: string, verb: 'add' | 'remove', more: Partial<HostPlan> = {}): HostPlan => ({
  host,
  ssh: { host, sudo: false },
  clusters: ['web'],
  sends: true,
  preferred: false,
  directs: true,
  served: true,
  departed: false,
  state: ready([addressChange(verb)]),
  ...more,
});

const after = (hosts: readonly HostPlan[], host: string) =>
  orderHosts(hosts).find((each) => each.host === host)?.after;

test('a director that takes an address over needs the one that gives it up', (t) => {
  const hosts = [
    director('lb2', 'add', { served: false }),
    director('lb1', 'remove', { departed: true, directs: false }),
  ];
  t.deepEqual(after(hosts, 'lb2'), [{ transaction: 'lb1', requires: true }]);
});

test('a director that goes on with its services does not fail with a host that only calls itself a director', (t) => {
  const rogue = director('rs2', 'remove', { departed: true, directs: false });
  t.deepEqual(after([director('lb1', 'add'), rogue], 'lb1'), [{ transaction: 'rs2', requires: false }]);
  const other = director('lb2', 'remove');
  t.deepEqual(after([director('lb1', 'add'), other], 'lb1'), [{ transaction: 'lb2', requires: true }]);
});

test('a host that leaves waits for a director of its cluster that is not in the plan, and only for one of its cluster', (t) => {
  const leaver = director('rs2', 'remove', { sends: false, directs: false, departed: true, served: false });
  const blocked = (clusters: readonly string[]) =>
    orderHosts([leaver], [{ host: 'lb1', clusters }])[0]?.blocked;
  t.is(blocked(['web']), 'lb1 may still send to it, and is not in this plan');
  t.is(blocked(['db']), undefined);
});
