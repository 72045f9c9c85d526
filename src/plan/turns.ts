import { isTaking, type Stage } from '../resources/kind.ts';
import { givenBy, type Move, movesOf, raisedBy } from './moves.ts';
import { type HostPlan, isReady } from './plan.ts';
import { needsOf } from './sending-order.ts';
import { groupedBy } from '../text/groups.ts';

/** What a director does in one transaction. */
export interface Turn {
  readonly id: string;
  readonly host: HostPlan;
  readonly stages: readonly Stage[];
  /** The VIPs that it takes from others. */
  readonly vips: readonly string[];
  /** Of a turn that comes after those of all directors: names of the directors whose failure does not hold it up. */
  readonly regardless?: Pick<ReadonlySet<string>, 'has'>;
}

/**
 * The turns of directors, from the order of their hosts. Most directors do everything in one turn. If a VIP moves, the
 * director that takes it has two: it is prepared before the other one gives the VIP up, and takes it right after. The other
 * one has two turns, if it is prepared as a real server of the first. Directors that drain together have two turns, too: the
 * second turns come after the first turns of all.
 */
export function turnsOf(senders: readonly HostPlan[], hosts: readonly HostPlan[]): Turn[] {
  const names = new Set(senders.map(({ host }) => host));
  const moves = new Moves(
    movesOf(hosts).filter(({ giver, taker }) => names.has(giver) && names.has(taker)),
    senders,
  );
  const turns = senders.flatMap((host) => cut(host, moves));
  const all = new Turns([
    ...turns.filter(({ regardless }) => !regardless),
    ...turns.filter(({ regardless }) => regardless),
  ]);
  const before = turnsBefore(all, moves);
  const takesOf = (turn: Turn): Turn[] =>
    turn.stages.includes('retire')
      ? all.of(moves.takersFrom(turn.host)).filter((other) => takesFrom(other, turn, moves))
      : [];
  const placed: Turn[] = [];
  const begun = new Set<Turn>();
  const place = (turn: Turn): void => {
    if (begun.has(turn)) return;
    begun.add(turn);
    for (const other of before.get(turn)!) place(other);
    placed.push(turn);
    for (const other of takesOf(turn)) place(other);
  };
  for (const turn of all.inOrder) place(turn);
  return placed;
}

/** The directors in their order, and the moves of VIPs between them by host. */
class Moves {
  readonly #taken: ReadonlyMap<string, readonly Move[]>;
  readonly #given: ReadonlyMap<string, readonly Move[]>;
  readonly #senders: ReadonlyMap<string, HostPlan>;
  readonly #places: ReadonlyMap<string, number>;

  constructor(moves: readonly Move[], senders: readonly HostPlan[]) {
    this.#places = new Map(senders.map(({ host }, index) => [host, index] as const));
    this.#taken = groupedBy(moves, ({ taker }) => [taker]);
    this.#given = groupedBy(moves, ({ giver }) => [giver]);
    this.#senders = new Map(senders.map((host) => [host.host, host] as const));
  }

  /** True for a director that comes after a host in the order. */
  isLater(name: string, { host }: HostPlan): boolean {
    return (this.#places.get(name) ?? -1) > this.#places.get(host)!;
  }

  /** The moves by which one director takes VIPs from another one. */
  between({ host: one }: HostPlan, { host: other }: HostPlan): Move[] {
    return (this.#taken.get(other) ?? []).filter(({ giver }) => giver === one);
  }

  takersFrom({ host }: HostPlan): HostPlan[] {
    return (this.#given.get(host) ?? []).map(({ taker }) => this.#senders.get(taker)!);
  }

  giversTo({ host }: HostPlan): HostPlan[] {
    return (this.#taken.get(host) ?? []).map(({ giver }) => this.#senders.get(giver)!);
  }
}

/** All turns, in their order and by host. */
class Turns {
  readonly inOrder: readonly Turn[];
  readonly #places: ReadonlyMap<Turn, number>;
  readonly #byHost: ReadonlyMap<string, readonly Turn[]>;

  constructor(inOrder: readonly Turn[]) {
    this.inOrder = inOrder;
    this.#places = new Map(inOrder.map((turn, index) => [turn, index] as const));
    this.#byHost = groupedBy(inOrder, ({ host }) => [host.host]);
  }

  /** The turns of these hosts, each once, in their order. */
  of(hosts: readonly Pick<HostPlan, 'host'>[]): Turn[] {
    const found = [...new Set(hosts.map(({ host }) => host))].flatMap((name) => this.#byHost.get(name) ?? []);
    return found.toSorted((a, b) => this.#places.get(a)! - this.#places.get(b)!);
  }
}

function cut(host: HostPlan, moves: Moves): Turn[] {
  const { host: name } = host;
  const of = (...stages: readonly Stage[]): Turn => {
    const vips = stages.some(isTaking) ? vipsTaken(host, stages) : [];
    return { id: `${name} ${stages[0]}`, host, stages, vips };
  };
  if (isReady(host) && host.state.drainsFirst === true) {
    return [of('prepare'), { ...of('retire'), regardless: { has: (other) => moves.isLater(other, host) } }];
  }
  const takes = isReady(host) ? [...new Set(Object.values(host.state.takes ?? {}))] : [];
  if (takes.length > 0) {
    const last = takes.includes('take') ? 'take' : takes.at(-1)!;
    const others = takes.filter((stage) => stage !== last).map((stage) => of(stage));
    const more = doesIn(host, 'retire') ? [of(last), of('retire')] : [of(last, 'retire')];
    return [of('prepare'), ...others, ...more];
  }
  const needed = moves.takersFrom(host).some((other) => needsOf(other).has(name));
  return needed && !givenBy(host).some(({ engine }) => engine)
    ? [of('prepare'), of('retire')]
    : [{ id: name, host, stages: ['prepare', 'retire'], vips: [] }];
}

function vipsTaken(host: HostPlan, stages: readonly Stage[]): string[] {
  const takes: Partial<Record<string, Stage>> = (isReady(host) && host.state.takes) || {};
  return raisedBy(host).flatMap(({ id, address, engine }) => {
    const stage = takes[id] ?? (engine ? 'take' : undefined);
    return stage !== undefined && stages.includes(stage) ? [address] : [];
  });
}

/**
 * The turns that come before each turn. A director takes VIPs before it retires what it has, unless directors exchange VIPs
 * and so wait for one another. If hosts still wait for one another, one must begin.
 */
function turnsBefore(all: Turns, moves: Moves): Map<Turn, Turn[]> {
  const needs = new Map(all.inOrder.map(({ host }) => [host, needsOf(host)] as const));
  const isNeeded = (turn: Turn, other: Turn): boolean =>
    (turn.stages.includes('prepare') &&
      other.stages.includes('prepare') &&
      needs.get(turn.host)!.has(other.host.host)) ||
    (other.stages.includes('retire') && takesFrom(turn, other, moves)) ||
    (turn.stages.includes('retire') && isPreparing(other) && moves.between(turn.host, other.host).length > 0);
  const before = new Map(
    all.inOrder.map((turn) => {
      const isFirst = (other: Turn): boolean =>
        isPreparing(other) || (turn.stages[0] === 'take' && other.vips.length > 0);
      const own = (other: Turn): boolean => turn !== other && turn.host === other.host && isFirst(other);
      const { host } = turn;
      const needed = [...needs.get(host)!].map((name) => ({ host: name }));
      const around = all.of([host, ...needed, ...moves.giversTo(host), ...moves.takersFrom(host)]);
      return [turn, around.filter((other) => own(other) || (host !== other.host && isNeeded(turn, other)))];
    }),
  );
  for (const take of all.inOrder.filter(({ stages }) => stages.some(isTaking))) {
    const retire = all.of([take.host]).find(({ stages }) => stages[0] === 'retire');
    if (retire !== undefined && !reaches(before, take, retire)) before.get(retire)!.push(take);
  }
  return before;
}

function reaches(before: ReadonlyMap<Turn, readonly Turn[]>, from: Turn, to: Turn): boolean {
  const seen = new Set([from]);
  for (const each of seen) for (const other of before.get(each)!) seen.add(other);
  return seen.has(to);
}

function isPreparing({ stages }: Turn): boolean {
  return stages.length === 1 && stages[0] === 'prepare';
}

/** True if a turn takes a VIP that the host of the other turn gives up. */
function takesFrom({ host, vips }: Turn, other: Turn, moves: Moves): boolean {
  return moves.between(other.host, host).some(({ vip }) => vips.includes(vip));
}

function doesIn(host: HostPlan, stage: Stage): boolean {
  return (
    isReady(host) &&
    host.state.changes.some(({ actions }) => actions.some((action) => action.stage === stage))
  );
}
