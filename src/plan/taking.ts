import { boot } from '../components/director.ts';
import { idOf, type Resource } from '../resources/index.ts';
import type { Action, Change, Taking } from '../resources/kind.ts';
import { type HostPlan, isReady, type Ready } from './plan.ts';
import { type Move, movesOf, raisedBy } from './moves.ts';
import { groupedBy } from '../text/groups.ts';

/**
 * Finds the directors that take VIPs from others, and the changes that take them: these become a transaction of their own.
 * Everything else on such a director, and everything that may fail, is done before the others give the VIPs up.
 */
export function takingApart(hosts: readonly HostPlan[]): HostPlan[] {
  const moves = groupedBy(movesOf(hosts), ({ taker }) => [taker]);
  return hosts.map((host): HostPlan => {
    const own = moves.get(host.host) ?? [];
    if (own.length === 0 || !isReady(host)) return host;
    const { state } = host;
    const stages = stagesOfTaking(host, own);
    const takes = Object.fromEntries(
      state.changes.flatMap(({ id }) => (stages[id] ? [[id, stages[id]]] : [])),
    );
    return { ...host, state: { ...state, takes, changes: takenLater(state.changes, takes) } };
  });
}

/** The changes, with those marked that are made once the VIPs are free. */
export function takenLater(changes: readonly Change[], takes: Ready['takes'] = {}): Change[] {
  return changes.map((change) => {
    const stage = takes[change.id];
    if (stage === undefined) return change;
    const later = (action: Action): Action => (action.stage === 'prepare' ? { ...action, stage } : action);
    return { ...change, actions: change.actions.map(later) };
  });
}

/**
 * The changes that raise the VIPs: each address itself, and what raises all at boot; or an engine with the files that it
 * reads. If several directors give VIPs up, each VIP is taken once it is free, so that one failing director does not hold up
 * the VIPs of the others.
 */
function stagesOfTaking(host: HostPlan & { state: Ready }, moves: readonly Move[]): Record<string, Taking> {
  const { family, leaving } = host.state;
  const resources = host.state.resources.filter((each) => !(idOf(each) in leaving));
  const raised = raisedBy(host).filter(({ address }) => moves.some(({ vip }) => vip === address));
  const giversOf = (vip: string): string =>
    moves
      .filter((move) => move.vip === vip)
      .map(({ giver }) => giver)
      .toSorted()
      .join(' and ');
  const engine = raised.some((each) => each.engine);
  const together = engine || new Set(moves.map(({ vip }) => giversOf(vip))).size === 1;
  const stageOf = (vip: string): Taking => (together ? 'take' : `take from ${giversOf(vip)}`);
  const vips = new Set(raised.map(({ address }) => address));
  const own = resources.flatMap((each): [string, Taking][] => {
    const vip = each.kind === 'address' ? each.address : each.kind === 'route' ? each.to : '';
    return vips.has(vip) ? [[idOf(each), stageOf(vip)]] : [];
  });
  const more = [
    ...(raised.every((each) => each.engine) ? [] : [`unit:${boot.name}`, `file:${boot.path(family)}`]),
    ...(engine ? idsOfEngines(resources) : []),
  ];
  return { ...Object.fromEntries(more.map((id) => [id, 'take' as const])), ...Object.fromEntries(own) };
}

function idsOfEngines(resources: readonly Resource[]): string[] {
  return resources.flatMap((each) => {
    if (each.kind === 'cib') return [idOf(each)];
    if (each.kind !== 'unit' || each.owns !== true) return [];
    return [idOf(each), ...each.watches.flatMap(({ path }) => [`file:${path}`, `block:${path}`])];
  });
}
