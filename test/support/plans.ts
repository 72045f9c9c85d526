import type { RosterEntry } from '../../src/observe/manifest.ts';
import { type HostPlan, type Plan, planVersion, type Ready, type Transaction } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import type { FailureReason } from '../../src/port.ts';
import type { Action, Change, RunAction, Verb } from '../../src/resources/kind.ts';
import { drainWait } from '../../src/resources/drain-wait.ts';
import { run } from '../../src/resources/orders.ts';
import { change, prepares, remove, retires, write } from './changes.ts';

/*
 * Hosts of a plan in an operator's words, as plain data:
 *
 *   director('lb1', sendsTo('rs1'), takes('10.0.0.100'))
 *   realServer('rs1', adds())
 *   realServer('rs2', adds(), unreachable)
 *
 * A host is of the cluster web where nothing else is said.
 */

/** What is said of a host: what it does, or what it is. */
export type Trait = (host: HostPlan) => HostPlan;

export const vip = '10.0.0.100';

/** A director of the inventory that has virtual services, and had them before. */
export function director(name: string, ...traits: readonly Trait[]): HostPlan {
  return host(name, [(each) => ({ ...each, sends: true, directs: true, served: true }), ...traits]);
}

export function realServer(name: string, ...traits: readonly Trait[]): HostPlan {
  return host(name, traits);
}

function host(name: string, traits: readonly Trait[]): HostPlan {
  const blank: HostPlan = {
    host: name,
    ssh: { host: name, sudo: false },
    clusters: ['web'],
    sends: false,
    directs: false,
    served: false,
    preferred: false,
    departed: false,
    state: readyState(),
  };
  return traits.reduce((made, trait) => trait(made), blank);
}

/** A host that was read, and has nothing to do. */
export function readyState(more: Partial<Ready> = {}): Ready {
  return {
    is: 'ready',
    family: 'debian',
    system: 'Debian 12',
    frame: 'f0',
    fingerprint: 'as it was',
    resources: [],
    changes: [],
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
    ...more,
  };
}

// What a host is.

export const of =
  (...clusters: readonly string[]): Trait =>
  (each) => ({ ...each, clusters });

/** A director that had no virtual services before. */
export const isNew: Trait = (each) => ({ ...each, served: false });

/** The director that is to hold the VIPs where no other one holds them. */
export const preferred: Trait = (each) => ({ ...each, preferred: true });

/** A host that has left the inventory. */
export const left: Trait = (each) => ({ ...each, departed: true, directs: false, preferred: false });

/** A host with virtual services of its own, whatever it is in the inventory. */
export const alsoDirector: Trait = (each) => ({ ...each, sends: true, directs: true, served: true });

/** A host that was a director until now, and has its virtual services still. */
export const wasDirector: Trait = (each) => ({ ...each, sends: true, served: true });

/** A director onto which an engine has moved the VIP. */
export const holds =
  (...addresses: readonly string[]): Trait =>
  (each) =>
    ready(each, ({ holds: before }) => ({ holds: [...before, ...addresses] }));

export const unreachable: Trait = failed('unreachable', 'no route to host');

export function failed(why: FailureReason, reason: string = why): Trait {
  return (each) => ({ ...each, state: { is: 'unreachable', why, reason } });
}

export const blocked: Trait = (each) => ({
  ...each,
  state: { is: 'blocked', reasons: ['there is no interface eth0'] },
});

/** A host of which a person has to say first whose it is. */
export const inDispute: Trait = (each) => ({
  ...each,
  state: { is: 'blocked', reasons: ['it belongs to the inventory other'], disputed: true },
});

// What a host does.

/** A real server is made ready: it gets the VIP. */
export const adds = (address = vip): Trait =>
  changes(change(`address:${address} lo`, 'add', prepares('address')));

/** A real server gives up the VIP. */
export const drops = (address = vip): Trait =>
  changes(change(`address:${address} lo`, 'remove', retires('address')));

/** A director takes a VIP. */
export const takes = (address = vip): Trait =>
  changes(change(`address:${address} eth0`, 'add', prepares('address')));

/** A director gives up a VIP. */
export const givesUp = (address = vip): Trait =>
  changes(change(`address:${address} eth0`, 'remove', retires('address')));

/** A director begins to send to these real servers. */
export const sendsTo = (...servers: readonly string[]): Trait =>
  changes(service(servers.map((each) => prepares('table', [each]))));

/** A director drains these real servers, and takes them out of its table. */
export const stopsSendingTo = (...servers: readonly string[]): Trait =>
  changes(
    service(
      servers.flatMap((name) => {
        const [weight, wait] = [run({ stage: 'retire', of: 'drain' }, name, [['true']]), waitFor(name)];
        return [{ ...weight, drains: true as const }, { ...wait, drains: true as const }, retires('table')];
      }),
    ),
  );

function waitFor(name: string): RunAction {
  return drainWait('retire', `drain ${name}`, { timeout: 60, connections: 0 }, name);
}

/** A file is written: nothing that other hosts depend on. */
export const writes = (path = '/etc/chrony.conf'): Trait =>
  changes(change(`file:${path}`, 'add', write(path)));

/** A file is removed: nothing that other hosts depend on. */
export const removes = (path = '/etc/chrony.conf'): Trait =>
  changes(change(`file:${path}`, 'remove', remove(path)));

/** Its roster changes, and nothing else. */
export const enrols = (name = 'rs9'): Trait => roster('add', name);

/** Hosts that have left are struck off its roster. */
export const strikesOff =
  (...names: readonly string[]): Trait =>
  (each) =>
    ready(each, (state) => ({
      roster: [...state.roster, ...names.map((text) => ({ verb: 'remove' as const, text }))],
      parting: [...state.parting, ...names.map((name) => ({ host: name, entry: entry(name) }))],
    }));

function roster(verb: Verb, text: string): Trait {
  return (each) => ready(each, (state) => ({ roster: [...state.roster, { verb, text }] }));
}

/** A roster's line, with the host's name as the way to it where nothing else is said. */
export function entry(name: string, more: Partial<RosterEntry> & { readonly at?: string } = {}): RosterEntry {
  const { at = name, ...rest } = more;
  return { host: name, ssh: { host: at, sudo: false }, ...rest };
}

export function changes(...more: readonly Change[]): Trait {
  return (each) => ready(each, (state) => ({ changes: [...state.changes, ...more] }));
}

export function ready(each: HostPlan, more: (state: Ready) => Partial<Ready>): HostPlan {
  const { state } = each;
  return state.is === 'ready' ? { ...each, state: { ...state, ...more(state) } } : each;
}

function service(actions: readonly Action[]): Change {
  return change(`virtual-service:-t ${vip}:80`, 'change', ...actions);
}

/** A plan of these hosts, to be applied in this order. */
export function planOf(hosts: readonly HostPlan[], transactions: readonly Transaction[]): Plan {
  return {
    version: planVersion,
    id: '20260101000000-0a0b0c0d',
    createdAt: '2026-01-01T00:00:00.000Z',
    inventory: 'inventory.yaml',
    name: 'shop',
    limit: [],
    exclude: [],
    destroy: false,
    secrets: [],
    dangers: [],
    hosts,
    transactions,
  };
}
