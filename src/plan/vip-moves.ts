import type { Inventory } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import { idOf } from '../resources/index.ts';
import { type RunAction, run } from '../resources/kind.ts';
import { type Edge, type HostPlan, isReady, type Transaction } from './plan.ts';

/** A VIP that the plan raises on one director, and takes down on another one, without an engine that moves it. */
interface Move {
  readonly vip: string;
  readonly giver: string;
  readonly taker: string;
}

/**
 * Puts the moves of VIPs in order. A VIP is on one director at a time: the one that takes it needs the one that gives it
 * up. And it is on one at any time: who gives it up needs all that the other one needs, and keeps it where the other one
 * will not be changed.
 */
export function orderVips(transactions: readonly Transaction[], hosts: readonly HostPlan[]): Transaction[] {
  const all = new Map(transactions.map((each) => [each.id, each] as const));
  const of = (host: string, stage: 'prepare' | 'retire'): Transaction | undefined =>
    [...all.values()].find((each) => each.host === host && each.stages.includes(stage));
  const block = ({ id }: Transaction, reason: string): void => {
    const known = all.get(id)!;
    if (known.blocked === undefined) all.set(id, { ...known, blocked: reason });
  };
  const moves = movesOf(hosts);
  for (const { vip, giver, taker } of moves) {
    const [gives, takes] = [of(giver, 'retire'), of(taker, 'prepare')];
    if (takes === undefined) continue;
    if (gives === undefined || keeps(hosts, giver, vip)) {
      block(takes, `${giver} keeps ${vip}, since removals are not allowed`);
    } else if (follows(all, gives.id, takes.id)) {
      block(
        takes,
        `it takes ${vip} from ${giver}, which waits for it in turn, since it takes a VIP from it or becomes its real server: do one of them at a time`,
      );
    } else {
      const edge = { transaction: gives.id, requires: true };
      all.set(takes.id, { ...takes, after: joined(takes.after, [edge]) });
    }
  }
  for (const { giver, taker } of moves) {
    const [gives, takes] = [of(giver, 'retire'), of(taker, 'prepare')];
    if (gives === undefined || takes === undefined) continue;
    const needed = takes.after.filter(
      ({ transaction, requires }) => requires && !follows(all, transaction, gives.id),
    );
    all.set(gives.id, { ...gives, after: joined(gives.after, needed) });
  }
  // Of a chain of moves each giver is blocked by the one after it.
  for (const _ of moves) {
    for (const { vip, giver, taker } of moves) {
      const [gives, takes] = [of(giver, 'retire'), of(taker, 'prepare')];
      if (gives !== undefined && takes?.blocked !== undefined) {
        block(
          gives,
          `it keeps ${vip}, since ${taker}, which is to take it, is not changed: ${takes.blocked}`,
        );
      }
    }
  }
  return transactions.map(({ id }) => all.get(id)!);
}

/**
 * Where a director raises a VIP that no other one is known to give up, it looks first whether another host answers for
 * it: a director that this plan could not read, or a host that nobody knows. Where neighbours know by heart where a VIP is
 * (`arp: static`), real servers answer for it, too.
 */
export function lookingFirst(
  hosts: readonly HostPlan[],
  { clusters }: Pick<Inventory, 'clusters'>,
): HostPlan[] {
  const loud = new Set(
    clusters.filter(({ arp }) => arp === 'static').flatMap(({ vips }) => vips.map(({ address }) => address)),
  );
  const known = new Set(movesOf(hosts).map(({ vip, taker }) => `${vip} ${taker}`));
  return hosts.map((host): HostPlan => {
    if (!isReady(host)) return host;
    const vips = raisedBy(host).filter(
      ({ address, device }) =>
        familyOf(address) === 'ipv4' &&
        device !== 'lo' &&
        !loud.has(address) &&
        !known.has(`${address} ${host.host}`),
    );
    const [first] = vips;
    if (first === undefined) return host;
    const look = lookFor(vips);
    const changes = host.state.changes.map((change) =>
      change.id === first.id ? { ...change, actions: [look, ...change.actions] } : change,
    );
    return { ...host, state: { ...host.state, changes } };
  });
}

function lookFor(vips: readonly Raised[]): RunAction {
  const named = vips.length > 3 ? `${vips.length} VIPs` : vips.map(({ address }) => address).join(', ');
  const words = vips.flatMap(({ device, address }) => [device, address]);
  return run({ stage: 'prepare', of: 'claims' }, `see that no other host answers for ${named}`, [
    ['unclaimed', ...words],
  ]);
}

interface Raised {
  readonly id: string;
  readonly address: string;
  readonly device: string;
}

/** The VIPs that a director raises itself. */
function raisedBy(host: HostPlan): Raised[] {
  if (!isReady(host)) return [];
  const added = new Set(host.state.changes.filter(({ verb }) => verb === 'add').map(({ id }) => id));
  return host.state.resources.flatMap((each) =>
    each.kind === 'address' && each.want === 'present' && each.announce === true && added.has(idOf(each))
      ? [{ id: idOf(each), address: each.address, device: each.interface }]
      : [],
  );
}

/** The VIPs that a director has by its manifest, and is to have no more: those that it gives up, and those that it keeps. */
function givenBy(host: HostPlan): { vip: string; stays: boolean }[] {
  if (!isReady(host) || !host.sends) return [];
  const removed = new Set(host.state.changes.filter(({ verb }) => verb === 'remove').map(({ id }) => id));
  return Object.entries(host.state.leaving).flatMap(([id, { resource }]) => {
    if (resource.kind !== 'address' || !(resource.announce === true || resource.want === 'floating'))
      return [];
    const stays = id in host.state.held;
    return stays || removed.has(id) ? [{ vip: resource.address, stays }] : [];
  });
}

function movesOf(hosts: readonly HostPlan[]): Move[] {
  return hosts.flatMap((taker) =>
    raisedBy(taker).flatMap(({ address }) =>
      hosts
        .filter((giver) => giver !== taker && givenBy(giver).some(({ vip }) => vip === address))
        .map((giver) => ({ vip: address, giver: giver.host, taker: taker.host })),
    ),
  );
}

function keeps(hosts: readonly HostPlan[], giver: string, vip: string): boolean {
  const host = hosts.find((each) => each.host === giver);
  return host !== undefined && givenBy(host).some((each) => each.vip === vip && each.stays);
}

/** True where one transaction comes after another one, directly or by way of others. */
function follows(all: ReadonlyMap<string, Transaction>, id: string, other: string): boolean {
  const seen = new Set([id]);
  for (const each of seen) for (const { transaction } of all.get(each)?.after ?? []) seen.add(transaction);
  return seen.has(other);
}

/** Each transaction once; one that is required by either is required. */
function joined(edges: readonly Edge[], more: readonly Edge[]): Edge[] {
  const result = new Map<string, Edge>();
  for (const edge of [...edges, ...more]) {
    const before = result.get(edge.transaction);
    if (before?.requires !== true) result.set(edge.transaction, edge);
  }
  return [...result.values()];
}
