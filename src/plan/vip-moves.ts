import { idOf } from '../resources/index.ts';
import { givenBy, type Move, movesOf } from './moves.ts';
import { type Edge, type HostPlan, isReady, type Transaction } from './plan.ts';
import { needsOf } from './sending-order.ts';
import { groupedBy } from '../text/groups.ts';
import { stateOf } from './order-words.ts';

/** The directors that may hold each VIP, in the plan or not. */
export type Holders = ReadonlyMap<string, readonly string[]>;

/**
 * Puts the moves of VIPs in order. A VIP is never on two directors: the director that takes it waits until the other one has
 * given it up. And it is always on one: the director that gives it up waits until the other one is ready for it, and keeps
 * it if the other one will not be changed. The transactions are in order already: each waits only for those before it in
 * the list.
 */
export function orderVips(
  transactions: readonly Transaction[],
  hosts: readonly HostPlan[],
  holders: Holders = new Map(),
): Transaction[] {
  const moves = movesOf(hosts);
  const order = new Order(transactions);
  const named = new Map(hosts.toReversed().map((host) => [host.host, host] as const));
  for (const move of moves) order.join(move, { keeps: keeps(named, move), serves: serves(named, move) });
  for (const { host, reason } of untaken(named, hosts, moves, holders)) order.block(host, reason);
  // In a chain of moves, a blocked move blocks the one before it and the one after it.
  while (moves.map((move) => order.blockBoth(move)).includes(true));
  return order.transactions();
}

/** What else connects the two hosts of a move. */
interface Between {
  /** Why the old holder keeps the VIP, if it does. */
  readonly keeps: ReturnType<typeof givenBy>[number] | undefined;
  /** True if the old holder is to be a real server of the new one. */
  readonly serves: boolean;
}

/** The transactions of a plan, while the moves of VIPs are ordered. */
class Order {
  readonly #all: Map<string, Transaction>;
  readonly #places: ReadonlyMap<string, number>;
  /** The transactions of each host as they were given. */
  readonly #on: ReadonlyMap<string, readonly Transaction[]>;

  constructor(transactions: readonly Transaction[]) {
    this.#all = new Map(transactions.map((each) => [each.id, each] as const));
    this.#places = new Map(transactions.map(({ id }, index) => [id, index] as const));
    this.#on = groupedBy(transactions, ({ host }) => [host]);
  }

  transactions(): Transaction[] {
    return [...this.#all.values()];
  }

  /** First the taker is prepared, then the giver gives the VIP up, then the taker takes it. */
  join({ vip, giver, taker, stage }: Move, between: Between): void {
    const [ready, takes] = [this.#of(taker, 'prepare'), this.#of(taker, stage)];
    const [server, gives] = [this.#of(giver, 'prepare'), this.#of(giver, 'retire')];
    if (ready === undefined || takes === undefined) return;
    if (gives === undefined || between.keeps !== undefined) {
      const { stays = 'since removals are not allowed', theirs } = between.keeps ?? {};
      this.block(taker, `${giver} keeps ${vip}, ${stays}`);
      // Otherwise the giver's manifest would forget the VIP, and nothing would say why the other one cannot take it.
      if (theirs === true) this.block(giver, `it keeps ${vip}, ${stays}`);
    } else if (
      (between.serves && server !== undefined && !this.#isBefore(server, ready)) ||
      !this.#isBefore(ready, gives) ||
      !this.#isBefore(gives, takes)
    ) {
      this.block(
        taker,
        `it takes ${vip} from ${giver}, and ${giver} waits for it, since ${giver} becomes its real server: apply first without ${giver} among the real servers, then with it`,
      );
    } else {
      const vips = [vip];
      this.#after(takes.id, [{ transaction: gives.id, requires: true, vips }]);
      // The giver also waits for everything for which the taker waits: no director has the VIP in between.
      const awaited = takes.after.filter((edge) => this.#isBefore({ id: edge.transaction }, gives));
      this.#after(gives.id, [
        ...awaited.map(({ transaction }) => ({ transaction, requires: false })),
        { transaction: ready.id, requires: true, vips },
      ]);
    }
  }

  /** If one of the two is not changed, the other one is not either. True if that was new. */
  blockBoth({ vip, giver, taker, stage }: Move): boolean {
    const [takes, gives] = [this.#of(taker, stage), this.#of(giver, 'retire')];
    if (takes?.blocked !== undefined) {
      return this.block(
        giver,
        `it keeps ${vip}: ${taker} should take it, but is not changed: ${takes.blocked}`,
      );
    }
    if (gives?.blocked === undefined) return false;
    return this.block(taker, `it should take ${vip} from ${giver}, which is not changed: ${gives.blocked}`);
  }

  /** True if a transaction of the host was not blocked yet. */
  block(host: string, blocked: string): boolean {
    const open = this.#now(host).filter((each) => each.blocked === undefined);
    for (const each of open) this.#all.set(each.id, { ...each, blocked });
    return open.length > 0;
  }

  #of(host: string, stage: Transaction['stages'][number]): Transaction | undefined {
    return this.#now(host).find((each) => each.stages.includes(stage));
  }

  /** The transactions of a host as they are by now. */
  #now(host: string): Transaction[] {
    return (this.#on.get(host) ?? []).map(({ id }) => this.#all.get(id)!);
  }

  #isBefore(one: { readonly id: string }, other: { readonly id: string }): boolean {
    return this.#places.get(one.id)! < this.#places.get(other.id)!;
  }

  #after(id: string, edges: readonly Edge[]): void {
    const known = this.#all.get(id)!;
    this.#all.set(id, { ...known, after: joined(known.after, edges) });
  }
}

/** Directors that would give up a VIP that other directors should have, while none of those takes it or has it. */
function untaken(
  named: ReadonlyMap<string, HostPlan>,
  hosts: readonly HostPlan[],
  moves: readonly Move[],
  holders: Holders,
): { host: string; reason: string }[] {
  const taken = new Set(moves.map(({ vip, giver }) => `${vip} ${giver}`));
  return hosts.flatMap((giver) =>
    givenBy(giver).flatMap(({ vip, stays }) => {
      if (stays !== undefined) return [];
      const names = holders.get(vip) ?? [];
      const open = names.length > 0 && !names.includes(giver.host);
      const found = taken.has(`${vip} ${giver.host}`);
      if (!open || found || names.some((name) => has(named.get(name), vip))) return [];
      const why = names.map((name) => `${name}, ${whyNot(named.get(name))}`);
      const reason = `it keeps ${vip}, which should be on ${why.join(', or on ')}: apply to both at once`;
      return [{ host: giver.host, reason }];
    }),
  );
}

/** True for a director that has a VIP already, by the plan: there is nothing to take. */
function has(host: HostPlan | undefined, vip: string): boolean {
  if (host === undefined || !isReady(host)) return false;
  const { resources, held, changes } = host.state;
  return resources.some((each) => {
    if (each.kind !== 'address' || each.address !== vip) return false;
    if (each.want !== 'floating' && each.want !== 'present') return false;
    const id = idOf(each);
    return !(id in held) && !changes.some((change) => change.id === id && change.verb === 'add');
  });
}

function whyNot(host: HostPlan | undefined): string {
  if (host === undefined) return 'which is not in this plan';
  return isReady(host) ? 'which is not allowed to take it' : `which ${stateOf(host)}`;
}

/** True if the new holder is to send to the old one. */
function serves(named: ReadonlyMap<string, HostPlan>, { giver, taker }: Move): boolean {
  const host = named.get(taker);
  return host !== undefined && needsOf(host).has(giver);
}

/** Why a VIP remains on its director. */
function keeps(named: ReadonlyMap<string, HostPlan>, { giver, vip }: Move): Between['keeps'] {
  const host = named.get(giver);
  return host && givenBy(host).find((each) => each.vip === vip && each.stays !== undefined);
}

/** Each transaction once: required if either edge requires it, with the VIPs of both. */
function joined(edges: readonly Edge[], more: readonly Edge[]): Edge[] {
  const result = new Map<string, Edge>();
  for (const edge of [...edges, ...more]) {
    const { requires = false, vips = [] } = result.get(edge.transaction) ?? {};
    const all = [...new Set([...vips, ...(edge.vips ?? [])])];
    result.set(edge.transaction, {
      transaction: edge.transaction,
      requires: requires || edge.requires,
      ...(all.length === 0 ? {} : { vips: all }),
    });
  }
  return [...result.values()];
}
