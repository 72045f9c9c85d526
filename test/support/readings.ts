import type { Inventory } from '../../src/model/cluster.ts';
import type { Machine } from '../../src/model/machine.ts';
import type { Manifest, RosterEntry } from '../../src/observe/manifest.ts';
import type { Candidate, Present } from '../../src/plan/candidates.ts';
import type { Met } from '../../src/plan/identity.ts';
import type { Reading } from '../../src/plan/see.ts';
import type { Target } from '../../src/port.ts';
import type { Resource } from '../../src/resources/index.ts';
import { inventoryOf } from './inventories.ts';
import { entry } from './plans.ts';

/*
 * Hosts that were read, and places that rosters name, as plain data. Machines are told apart by a letter: machine('a')
 * has the machine-id aaa... and the host key of that letter.
 */

/** The inventory of most tables: one director and two real servers. */
export const shop = inventoryOf(`name: shop
clusters:
  web:
    mode: dr
    vip: 10.0.0.100
    directors: { lb1: 10.0.0.2/24 }
    real_servers: { rs1: 10.0.0.11, rs2: 10.0.0.12 }
    services: [{ port: 80 }]
`);

export function machine(letter: string): Machine {
  return { ...id(letter), ...key(letter) };
}

/** A machine by its machine-id alone: it was never met over SSH. */
export function id(letter: string): Machine {
  return { id: letter.repeat(32) };
}

/** A machine by its host key alone: RHEL 6 has no machine-id. */
export function key(letter: string): Machine {
  return { key: `SHA256:${letter.repeat(43)}` };
}

/** A host that was met: a machine of its own at a place of its own, where nothing else is said. */
export function met(name: string, more: Partial<Met> = {}): Met {
  return {
    name,
    place: `${name}:22`,
    machine: machine(name),
    running: `boot of ${name}`,
    addresses: [`address of ${name}`],
    ...more,
  };
}

interface Read {
  readonly manifest?: Manifest;
  readonly met?: Partial<Met>;
  readonly wanted?: readonly Resource[];
}

/** A host that was read. */
export function reading(name: string, { manifest, met: seen = {}, wanted = [] }: Read = {}): Reading {
  const was = met(name, seen);
  return {
    target: targetOf(name),
    frame: 'f0',
    observation: {
      facts: {
        family: 'debian',
        node: name,
        system: 'Debian 12',
        clock: 0,
        machine: was.machine,
        running: was.running,
        addresses: was.addresses,
      },
      fingerprint: 'as it was',
      manifest,
      lock: undefined,
      connections: new Map(),
      answer: { section: () => undefined, sections: () => new Map(), fingerprint: 'as it was' },
    },
    wanted,
    leaving: [],
    met: was,
  };
}

export function targetOf(name: string, at = name): Target {
  return { name, ssh: { host: at, sudo: false } };
}

/** Where a target is reached, by its address. */
export const placeOf = ({ ssh }: Pick<Target, 'ssh'>): string | undefined =>
  ssh.host === 'nowhere' ? undefined : `${ssh.host}:${ssh.port ?? 22}`;

/** The hosts of an inventory, all at their places, and those that were met. */
export function present(reached: readonly Met[] = [], inventory: Inventory = shop): Present {
  const places = new Map(inventory.hosts.map(({ name, ssh }) => [name, `${ssh.host}:22`] as const));
  return { inventory, places, met: reached };
}

/** A place that the roster of a director names, and where no host of the inventory is. */
export function candidate(
  name: string,
  more: Partial<RosterEntry> & { readonly at?: string } & Partial<
      Pick<Candidate, 'from' | 'machines' | 'trusted'>
    > = {},
): Candidate {
  const { from = ['lb1'], machines = [], trusted = true, ...rest } = more;
  const known = entry(name, rest);
  return {
    label: name,
    entry: known,
    target: targetOf(name),
    place: placeOf(targetOf(name)),
    trusted,
    namedBy: from,
    from,
    machines,
  };
}
