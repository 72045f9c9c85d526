import { secretNeeds } from '../model/secret-needs.ts';
import type { Clock } from '../port.ts';
import { inBatches } from './batches.ts';
import { refuseCircles } from './circle.ts';
import type { Candidate, Present } from './candidates.ts';
import type { Verdict } from './departed.ts';
import { unlessDisputed } from './dispute.ts';
import { stillUsed, unseenServers } from './left-out.ts';
import { lookingFirst } from './looking.ts';
import { dangersOf } from './guard.ts';
import type { Transition } from './intent.ts';
import type { PlanRequest } from './make.ts';
import { absentDirectors, holdersOf } from './membership.ts';
import type { Note } from './notes.ts';
import { orderHosts } from './order.ts';
import { hasWork, type Plan, planVersion } from './plan.ts';
import { handedTogether } from './cluster-hands.ts';
import { drainingTogether } from './draining.ts';
import { takingApart } from './taking.ts';
import type { Seen } from './see.ts';
import { inShard, plannedShard } from './shards.ts';
import { Assembly } from './assembly.ts';

/** A candidate with its verdict; `seen` if it answered. */
export interface Judged {
  readonly candidate: Candidate;
  readonly seen: Seen;
  readonly verdict: Verdict;
}

/** Everything that was read from the hosts. */
export interface Collected {
  readonly seen: readonly Seen[];
  readonly judged: readonly Judged[];
  readonly present: Present;
  readonly notes: readonly Note[];
}

/** Makes the plan from what was read. Pure but for the time and a random word. */
export function assemble(
  request: PlanRequest,
  collected: Collected,
  clock: Pick<Clock, 'now' | 'random'>,
): Plan {
  const { inventory, destroy, path, selection, policy, batches, maxFailures } = request;
  const createdAt = clock.now().toISOString();
  const id = `${createdAt.replace(/\D/g, '').slice(0, 14)}-${clock.random().slice(0, 8)}`;
  const assembly = new Assembly(request, collected, id, createdAt);
  const gone = assembly.departed();
  const seen = new Map(collected.seen.map((each) => [each.target.name, each] as const));
  const hosts = handedTogether(
    collected.seen.map((each) => assembly.present(each, gone)),
    ({ host }, why) => assembly.present(seen.get(host)!, gone, why),
  );
  const known = [...hosts, ...gone.filter((host) => hasWork(host) || host.state.is !== 'ready')];
  const { shard } = selection;
  const own = shard === undefined ? inventory : inShard(inventory, shard);
  const all = destroy ? known : drainingTogether(takingApart(lookingFirst(known, own)));
  const absent = absentDirectors(inventory, collected.seen);
  const ordered = destroy ? orderHosts(all) : orderHosts(all, absent, holdersOf(inventory));
  const senders = new Set(all.filter(({ sends }) => sends).map(({ host }) => host));
  const transactions = unlessDisputed(
    inBatches(ordered, (host) => senders.has(host), batches),
    all,
  );
  refuseCircles(transactions);
  const dangersIn = (transitions: readonly Transition[]): string[] => [
    ...dangersOf(transitions, policy),
    ...unseenServers(transitions, inventory),
  ];
  return {
    version: planVersion,
    id,
    createdAt,
    inventory: path,
    name: inventory.name,
    limit: selection.limit,
    exclude: selection.exclude,
    ...(shard === undefined ? {} : { shard: plannedShard(inventory, shard) }),
    destroy,
    secrets: destroy ? [] : secretNeeds(inventory, new Set(hosts.map(({ host }) => host))),
    hosts: all,
    dangers: destroy ? stillUsed(all, absent) : dangersIn(assembly.transitions(all, ordered)),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    transactions,
  };
}
