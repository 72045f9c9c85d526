import type { Action, Change } from '../resources/kind.ts';
import { orders } from '../resources/orders.ts';
import { handOverId } from './hand-over.ts';
import { movesOf } from './moves.ts';
import { type HostPlan, isReady } from './plan.ts';
import { addressesOf } from './sending-order.ts';
import { Sharing } from './sharing.ts';

/**
 * Lets the directors of a cluster drain together. Each sets the weight 0 when it is prepared, and all are prepared before the
 * first of them waits and removes. So the waits are over at the same time, and the last director finds its own wait passed.
 * Directors still change one after another.
 *
 * Each drains alone if the order would say more than that: if VIPs move between directors, or are handed over before a change
 * (--switch-over). If an engine makes the table, the weight 0 and the engine's reload stay in one transaction: a plan does not
 * edit the engine's table, so no later plan would mend a weight 0 that a run left behind.
 */
export function drainingTogether(hosts: readonly HostPlan[]): HostPlan[] {
  const directors = hosts.filter((host) => host.sends);
  const moving = movingHosts(directors);
  const handing = new Sharing(
    directors.filter((host) => changesOf(host).some(({ id }) => id === handOverId)),
  );
  const may = directors.filter(
    (host) => drains(host) && !moving.has(host) && handing.firstWith(host) === undefined,
  );
  const sharing = new Sharing(may);
  const all = new Set(may.filter((host) => sharing.with(host).length > 1));
  return hosts.map((host) => {
    if (!isReady(host) || !all.has(host)) return host;
    const state = { ...host.state, drainsFirst: true as const };
    return { ...host, state: { ...state, changes: quiescedFirst(state.changes, state) } };
  });
}

/** The changes of a director, with the weight 0 in the stage in which its plan sets it. */
export function quiescedFirst(
  changes: readonly Change[],
  { drainsFirst }: { readonly drainsFirst?: true },
): Change[] {
  if (drainsFirst !== true) return [...changes];
  const first = (action: Action): Action => {
    if (action.do !== 'run' || action.drains !== true || action.stage !== 'retire') return action;
    return action.waits === undefined
      ? { ...action, stage: 'prepare', order: orders.prepare.lessWeight }
      : { ...action, waitsFrom: 'prepare' };
  };
  return changes.map((change) => ({ ...change, actions: change.actions.map(first) }));
}

function drains(host: HostPlan): boolean {
  return changesOf(host).some(({ actions }) =>
    actions.some(
      (action) => action.do === 'run' && action.drains === true && action.stage === 'retire' && action.waits,
    ),
  );
}

/** The directors between which addresses move: their order has more reasons. */
function movingHosts(directors: readonly HostPlan[]): Set<HostPlan> {
  const names = new Set(movesOf(directors).flatMap(({ giver, taker }) => [giver, taker]));
  const all = directors.map((host) => ({
    host,
    gives: addressesOf(host, 'remove'),
    takes: addressesOf(host, 'add'),
  }));
  const given = new Set(all.flatMap(({ gives }) => [...gives]));
  const taken = new Set(all.flatMap(({ takes }) => [...takes]));
  const moves = (own: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
    [...own].some((each) => others.has(each));
  return new Set(
    all
      .filter(({ host, gives, takes }) => names.has(host.host) || moves(gives, taken) || moves(takes, given))
      .map(({ host }) => host),
  );
}

function changesOf(host: HostPlan): readonly Change[] {
  return isReady(host) ? host.state.changes : [];
}
