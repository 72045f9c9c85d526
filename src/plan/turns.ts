import { isTaking, type Stage } from '../resources/kind.ts';
import { givenBy, type Move, movesOf, raisedBy } from './moves.ts';
import { type HostPlan, isReady } from './plan.ts';
import { needsOf } from './sending-order.ts';

/** What a director does in one transaction. */
export interface Turn {
  readonly id: string;
  readonly host: HostPlan;
  readonly stages: readonly Stage[];
  /** The VIPs that it takes from others. */
  readonly vips: readonly string[];
  /** Of a turn that comes after those of all directors: names of the directors whose failure does not hold it up. */
  readonly regardless?: ReadonlySet<string>;
}

/**
 * The turns of directors, from the order of their hosts. Most directors do everything in one turn. If a VIP moves, the
 * director that takes it has two: it is prepared before the other one gives the VIP up, and takes it right after. The other
 * one has two turns, if it is prepared as a real server of the first. Directors that drain together have two turns, too: the
 * second turns come after the first turns of all.
 */
export function turnsOf(senders: readonly HostPlan[], hosts: readonly HostPlan[]): Turn[] {
  const names = new Set(senders.map(({ host }) => host));
  const moves = movesOf(hosts).filter(({ giver, taker }) => names.has(giver) && names.has(taker));
  const turns = senders.flatMap((host) => cut(host, moves, senders));
  const all = [
    ...turns.filter(({ regardless }) => !regardless),
    ...turns.filter(({ regardless }) => regardless),
  ];
  const before = turnsBefore(all, moves);
  const takesOf = (turn: Turn): Turn[] =>
    turn.stages.includes('retire') ? all.filter((other) => takesFrom(other, turn, moves)) : [];
  const placed: Turn[] = [];
  const begun = new Set<Turn>();
  const place = (turn: Turn): void => {
    if (begun.has(turn)) return;
    begun.add(turn);
    for (const other of before.get(turn)!) place(other);
    placed.push(turn);
    for (const other of takesOf(turn)) place(other);
  };
  for (const turn of all) place(turn);
  return placed;
}

function cut(host: HostPlan, moves: readonly Move[], senders: readonly HostPlan[]): Turn[] {
  const { host: name } = host;
  const of = (...stages: readonly Stage[]): Turn => {
    const vips = stages.some(isTaking) ? vipsTaken(host, stages) : [];
    return { id: `${name} ${stages[0]}`, host, stages, vips };
  };
  if (isReady(host) && host.state.drainsFirst === true) {
    const later = senders.slice(senders.indexOf(host) + 1).map((other) => other.host);
    return [of('prepare'), { ...of('retire'), regardless: new Set(later) }];
  }
  const takes = isReady(host) ? [...new Set(Object.values(host.state.takes ?? {}))] : [];
  if (takes.length > 0) {
    const last = takes.includes('take') ? 'take' : takes.at(-1)!;
    const others = takes.filter((stage) => stage !== last).map((stage) => of(stage));
    const more = doesIn(host, 'retire') ? [of(last), of('retire')] : [of(last, 'retire')];
    return [of('prepare'), ...others, ...more];
  }
  const needed = senders.some((other) => gives(moves, host, other) && needsOf(other).has(name));
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
function turnsBefore(all: readonly Turn[], moves: readonly Move[]): Map<Turn, Turn[]> {
  const needs = new Map(all.map(({ host }) => [host, needsOf(host)] as const));
  const isNeeded = (turn: Turn, other: Turn): boolean =>
    (turn.stages.includes('prepare') &&
      other.stages.includes('prepare') &&
      needs.get(turn.host)!.has(other.host.host)) ||
    (other.stages.includes('retire') && takesFrom(turn, other, moves)) ||
    (turn.stages.includes('retire') && isPreparing(other) && gives(moves, turn.host, other.host));
  const before = new Map(
    all.map((turn) => {
      const isFirst = (other: Turn): boolean =>
        isPreparing(other) || (turn.stages[0] === 'take' && other.vips.length > 0);
      const own = (other: Turn): boolean => turn !== other && turn.host === other.host && isFirst(other);
      return [turn, all.filter((other) => own(other) || (turn.host !== other.host && isNeeded(turn, other)))];
    }),
  );
  for (const take of all.filter(({ stages }) => stages.some(isTaking))) {
    const retire = all.find(({ host, stages }) => host === take.host && stages[0] === 'retire');
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
function takesFrom({ host, vips }: Turn, other: Turn, moves: readonly Move[]): boolean {
  return moves.some(
    ({ vip, giver, taker }) => taker === host.host && giver === other.host.host && vips.includes(vip),
  );
}

function gives(moves: readonly Move[], one: HostPlan, other: HostPlan): boolean {
  return moves.some(({ giver, taker }) => giver === one.host && taker === other.host);
}

function doesIn(host: HostPlan, stage: Stage): boolean {
  return (
    isReady(host) &&
    host.state.changes.some(({ actions }) => actions.some((action) => action.stage === stage))
  );
}
