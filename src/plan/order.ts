import type { Action, Stage } from '../resources/kind.ts';
import { type Edge, hasWork, type HostPlan, isReady, type Transaction } from './plan.ts';

/**
 * In which order the hosts are changed, so that no client is refused on the way:
 * real servers are quiet and ready before a director sends to them; directors go one after another, those that give
 * up an address first; real servers give up what directors used only after the directors have stopped using it.
 * A host that has left the inventory is struck off the others' rosters only after it has been cleaned up.
 */
export function orderHosts(hosts: readonly HostPlan[]): Transaction[] {
  const leavers = hosts.filter((host) => host.departed && hasWork(host));
  const waits = (host: HostPlan): boolean => !host.departed && leavers.some((leaver) => shares(leaver, host));
  const now = hosts.filter((host) => hasWork(host) && !(waits(host) && rosterOnly(host)));
  const senders = inSendingOrder(now.filter((host) => host.sends));
  const receivers = now.filter((host) => !host.sends);
  const transactions: Transaction[] = [];

  const splits = new Set(
    receivers
      .filter((host) => stagesOf(host).size === 2 && senders.some((sender) => shares(sender, host)))
      .map(({ host }) => host),
  );
  for (const receiver of receivers) {
    if (splits.has(receiver.host)) {
      transactions.push({
        id: `${receiver.host} prepare`,
        host: receiver.host,
        stages: ['prepare'],
        after: [],
      });
    } else if (!retiresOnly(receiver)) {
      transactions.push({ id: receiver.host, host: receiver.host, stages: ['prepare', 'retire'], after: [] });
    }
  }
  const ready = [...transactions];
  senders.forEach((sender, index) => {
    const needs = needsOf(sender);
    const after = ready
      .filter((other) => shares(sender, hostNamed(receivers, other.host)))
      .map((other): Edge => ({ transaction: other.id, requires: needs.has(other.host) }));
    const previous = senders.slice(0, index).findLast((other) => shares(sender, other));
    if (previous !== undefined) after.push({ transaction: previous.host, requires: true });
    const missing = hosts.find((host) => needs.has(host.host) && !isReady(host));
    transactions.push({
      id: sender.host,
      host: sender.host,
      stages: ['prepare', 'retire'],
      after,
      ...(missing === undefined
        ? {}
        : { blocked: `it would send to ${missing.host}, which ${stateOf(missing)}` }),
    });
  });
  for (const receiver of receivers) {
    const retires = splits.has(receiver.host);
    if (!retires && !retiresOnly(receiver)) continue;
    const directors = senders.filter((sender) => shares(sender, receiver));
    const unsure = hosts.find((host) => host.sends && !isReady(host) && shares(host, receiver));
    transactions.push({
      id: retires ? `${receiver.host} retire` : receiver.host,
      host: receiver.host,
      stages: ['retire'],
      after: [
        ...directors.map(({ host }): Edge => ({ transaction: host, requires: true })),
        ...(retires ? [{ transaction: `${receiver.host} prepare`, requires: true }] : []),
      ],
      ...(unsure === undefined || !retiresLive(receiver)
        ? {}
        : { blocked: `${unsure.host} may still send to it, and ${stateOf(unsure)}` }),
    });
  }
  for (const host of hosts.filter((each) => waits(each) && isReady(each) && each.state.roster.length > 0)) {
    const after = transactions
      .filter(
        ({ host: name }) =>
          name === host.host || leavers.some((leaver) => leaver.host === name && shares(leaver, host)),
      )
      .map(({ id }): Edge => ({ transaction: id, requires: true }));
    transactions.push({ id: `${host.host} roster`, host: host.host, stages: [], after });
  }
  return transactions;
}

function shares(a: HostPlan, b: HostPlan): boolean {
  return a.clusters.some((name) => b.clusters.includes(name));
}

function rosterOnly(host: HostPlan): boolean {
  return isReady(host) && host.state.changes.length === 0;
}

/** Those that give up an address come first, so that it is never on two directors. */
function inSendingOrder(senders: readonly HostPlan[]): HostPlan[] {
  const gives = (host: HostPlan): boolean =>
    isReady(host) &&
    host.state.changes.some(({ id, verb }) => id.startsWith('address:') && verb === 'remove');
  const takes = (host: HostPlan): boolean =>
    isReady(host) && host.state.changes.some(({ id, verb }) => id.startsWith('address:') && verb === 'add');
  const rank = (host: HostPlan): number => (gives(host) ? 0 : takes(host) ? 2 : 1);
  return [...senders].sort((a, b) => rank(a) - rank(b));
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

/** True where something goes that a director may be using: an address, a route, a parameter. */
function retiresLive(host: HostPlan): boolean {
  return actionsOf(host).some((action) => action.stage === 'retire' && action.do === 'run');
}

function needsOf(host: HostPlan): Set<string> {
  return new Set(actionsOf(host).flatMap((action) => (action.do === 'run' ? action.needs : [])));
}

function hostNamed(hosts: readonly HostPlan[], name: string): HostPlan {
  return hosts.find(({ host }) => host === name)!;
}

function stateOf(host: HostPlan): string {
  return host.state.is === 'unreachable' ? 'cannot be reached' : 'cannot be changed';
}
