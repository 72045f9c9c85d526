import { type Action, isTaking, type Stage } from '../resources/kind.ts';
import { type Holders, orderVips } from './vip-moves.ts';
import { type Edge, hasWork, type HostPlan, isReady, type Transaction } from './plan.ts';
import { stateOf } from './order-words.ts';
import { Leavers, strikenOff } from './leavers.ts';
import { inSendingOrder, needsOf } from './sending-order.ts';
import { Sharing } from './sharing.ts';
import { type Turn, turnsOf } from './turns.ts';

/** A director that is not in the plan. */
export interface Absent {
  readonly host: string;
  readonly clusters: readonly string[];
}

/**
 * The order in which hosts are changed, so that no client is refused meanwhile. Real servers answer no ARP for the VIP and
 * are ready before a director sends to them. Directors are changed one after another; those that give up an address come
 * first. Real servers give up what directors use only after the directors have stopped using it. A host that has left the
 * inventory is removed from the others' rosters only after it has been cleaned up.
 */
export function orderHosts(
  hosts: readonly HostPlan[],
  absent: readonly Absent[] = [],
  holders: Holders = new Map(),
): Transaction[] {
  const leavers = hosts.filter((host) => host.departed && hasWork(host));
  const leaving = new Leavers(leavers);
  const waits = (host: HostPlan): boolean => !host.departed && leaving.awaitedBy(host).length > 0;
  const now = hosts.filter((host) => hasWork(host) && !(waits(host) && rosterOnly(host)));
  const senders = now.filter((host) => host.sends);
  const turns = turnsOf(inSendingOrder(senders), hosts);
  const unsure = new Sharing(hosts.filter((each) => each.sends && !isReady(each)));
  const sending = new Sharing<{ clusters: readonly string[] }>([...senders, ...absent]);
  const receivers = now.filter((host) => !host.sends);
  const isSplit = (host: HostPlan): boolean =>
    stagesOf(host).size === 2 &&
    (sending.firstWith(host) !== undefined || userOutOfReach(host, unsure) !== undefined);

  const first = receivers.filter((host) => !retiresOnly(host)).map((host) => prepare(host, isSplit(host)));
  const others = {
    receivers: new Sharing(receivers),
    ready: new Map(first.map((each) => [each.host, each] as const)),
    turns: new Sharing(turns.map((turn) => ({ turn, clusters: withItself(turn.host) }))),
    places: new Map(turns.map((turn, index) => [turn, index] as const)),
    hosts,
    unready: new Map(hosts.flatMap((host, index) => (isReady(host) ? [] : [[host.host, index]]))),
    unsure,
  };
  const middle = turns.map((turn) => send(turn, others));
  const last = receivers
    .filter((host) => isSplit(host) || retiresOnly(host))
    .map((host) => retire(host, isSplit(host), others));
  const settled = unlessUsed([...first, ...middle, ...last], hosts, absent);
  const done = orderVips(settled, hosts, holders);
  const late = hosts.filter((host) => waits(host) && isReady(host) && host.state.roster.length > 0);
  return [...done, ...strikenOff(late, leaving, done)];
}

/** Prepares a real server; what it gives up waits for the directors, if they have anything to do. */
function prepare({ host }: HostPlan, split: boolean): Transaction {
  return split
    ? { id: `${host} prepare`, host, stages: ['prepare'], after: [] }
    : { id: host, host, stages: ['prepare', 'retire'], after: [] };
}

/** What a director or a real server may have to wait for. */
interface Others {
  readonly receivers: Sharing<HostPlan>;
  /** The transactions that prepare real servers, by host. */
  readonly ready: ReadonlyMap<string, Transaction>;
  readonly turns: Sharing<{ readonly turn: Turn; readonly clusters: readonly string[] }>;
  /** The places of the turns in their order. */
  readonly places: ReadonlyMap<Turn, number>;
  readonly hosts: readonly HostPlan[];
  /** The places in `hosts` of those that cannot be changed, by name. */
  readonly unready: ReadonlyMap<string, number>;
  /** The directors that cannot be changed. */
  readonly unsure: Sharing<HostPlan>;
}

/** The clusters of a director, and a name that only its own turns share: it may have no cluster any more. */
function withItself({ host, clusters }: HostPlan): string[] {
  return [...clusters, `turns of ${host}`];
}

/** Changes a director, after the real servers of its clusters and after the directors before it. */
function send(turn: Turn, { receivers, ready, turns, places, hosts, unready }: Others): Transaction {
  const { id, host: sender, stages } = turn;
  const needs = needsOf(sender);
  const neighbours = stages.includes('prepare') ? receivers.with(sender) : [];
  const after = neighbours
    .flatMap(({ host }) => ready.get(host) ?? [])
    .map(({ id: other, host }): Edge => ({ transaction: other, requires: needs.has(host) }));
  const previous = turns
    .with({ clusters: withItself(sender) })
    .map((each) => each.turn)
    .filter((other) => places.get(other)! < places.get(turn)!);
  const [missing] = [...needs]
    .flatMap((name) => unready.get(name) ?? [])
    .toSorted((a, b) => a - b)
    .map((index) => hosts[index]!);
  return {
    id,
    host: sender.host,
    stages,
    after: [...after, ...previous.map((other) => turnAfter(other, turn, needs))],
    ...(missing === undefined
      ? {}
      : { blocked: `it would send to ${missing.host}, which ${stateOf(missing)}` }),
  };
}

/**
 * A director that takes an address requires the one that gives it up. A director that keeps its services does not require
 * the success of a host that only says that it is a director, unless it starts to send to it. The transaction that takes a
 * VIP requires only that VIP (`orderVips`). A director that drains together with others does not require that those after it
 * are prepared.
 */
function turnAfter(
  { id, host: { host, directs }, stages: before, vips }: Turn,
  { host: sender, stages, vips: taken, regardless }: Turn,
  needs: ReadonlySet<string>,
): Edge {
  const takes = stages.some(isTaking);
  // A free VIP is taken, even if another VIP, or what the host itself gives up, has failed.
  if (host === sender.host) {
    const free = takes && before.includes('retire');
    return { transaction: id, requires: !free && (vips.length === 0 || taken.length === 0) };
  }
  if (takes || regardless?.has(host) === true) return { transaction: id, requires: false };
  return { transaction: id, requires: directs || !sender.served || needs.has(host) };
}

/** Retires what a real server gives up, after each director of its clusters. */
function retire(receiver: HostPlan, split: boolean, { turns, unsure: outOfReach }: Others): Transaction {
  const { host } = receiver;
  const unsure = userOutOfReach(receiver, outOfReach);
  return {
    id: split ? `${host} retire` : host,
    host,
    stages: ['retire'],
    after: [
      ...turns.with(receiver).map(({ turn: { id } }): Edge => ({ transaction: id, requires: true })),
      ...(split ? [{ transaction: `${host} prepare`, requires: true }] : []),
    ],
    ...(unsure === undefined
      ? {}
      : { blocked: `${unsure.host} may still send to it, and ${stateOf(unsure)}` }),
  };
}

/** A director that cannot be changed and may still use what a host gives up. */
function userOutOfReach(host: HostPlan, unsure: Sharing<HostPlan>): HostPlan | undefined {
  return retiresLive(host) ? unsure.firstWith(host) : undefined;
}

/** Blocks transactions that would remove what a director outside the plan may still use. */
function unlessUsed(
  done: readonly Transaction[],
  hosts: readonly HostPlan[],
  absent: readonly Absent[],
): Transaction[] {
  const byName = new Map(hosts.map((host) => [host.host, host] as const));
  const users = new Sharing(absent);
  return done.map((transaction) => {
    const host = byName.get(transaction.host);
    if (!transaction.stages.includes('retire') || host === undefined || transaction.blocked !== undefined)
      return transaction;
    const user = absentUser(host, users);
    return user === undefined
      ? transaction
      : { ...transaction, blocked: `${user.host} may still send to it, and is not in this plan` };
  });
}

/** A director outside the plan that may still send to a host which gives up what it answers with. */
export function absentUser(host: HostPlan, absent: Sharing<Absent>): Absent | undefined {
  return host.sends || !retiresLive(host) ? undefined : absent.firstWith(host);
}

function rosterOnly(host: HostPlan): boolean {
  return isReady(host) && host.state.changes.length === 0;
}

function actionsOf(host: HostPlan): Action[] {
  return isReady(host) ? host.state.changes.flatMap(({ actions }) => actions) : [];
}

function stagesOf(host: HostPlan): Set<Stage> {
  return new Set(actionsOf(host).map(({ stage }) => stage));
}

function retiresOnly(host: HostPlan): boolean {
  const stages = stagesOf(host);
  return stages.has('retire') && !stages.has('prepare');
}

/** Kinds of resources that a real server needs to answer what a director sends. */
const used = /^(address|route|rule|tunnel|gue-port|packet-filter|sysctl):/;

/** True if a host gives up something that a director may be using. */
function retiresLive(host: HostPlan): boolean {
  if (!isReady(host)) return false;
  const live = host.state.changes.filter(({ id }) => used.test(id));
  return live.some(({ actions }) => actions.some(({ stage }) => stage === 'retire'));
}
