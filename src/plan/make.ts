import pLimit from 'p-limit';
import { resourcesOf } from '../components/index.ts';
import { secretNeeds } from '../model/secret-needs.ts';
import type { Secrets } from '../model/secret.ts';
import { opened } from '../resources/block.ts';
import { sealed } from '../resources/file.ts';
import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { isActiveDirector } from '../model/forwarding.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import type { Render } from '../render/templates.ts';
import type { Resource } from '../resources/index.ts';
import { inBatches, type Size } from './batches.ts';
import { dangersOf } from './guard.ts';
import { planHost } from './host.ts';
import { orderHosts } from './order.ts';
import { targetOf } from './target.ts';
import { type HostPlan, hasWork, type Plan, planVersion } from './plan.ts';
import type { Policy } from './policy.ts';
import { see, type Seen, type Surroundings } from './see.ts';
import { type Selection, selectHosts } from './select.ts';

export interface PlanRequest {
  readonly inventory: Inventory;
  /** As the user wrote it. */
  readonly path: string;
  readonly render: Render;
  readonly selection: Selection;
  /** True to take everything of ours away. */
  readonly destroy: boolean;
  /** Hosts that have left the inventory and are gone for good. */
  readonly forget: readonly string[];
  /** True where an apply follows, over the same connections. */
  readonly keep: boolean;
  /** How many hosts are worked on at once. */
  readonly parallelism: number;
  /** The values of the secrets that the inventory needs. */
  readonly secrets?: Secrets;
  readonly policy: Policy;
  /** Sizes of the batches of real servers; none for all at once. */
  readonly batches: readonly Size[];
  readonly maxFailures?: Size;
}

/** Reads every selected host once and says what has to change, and in which order. */
export async function makePlan(request: PlanRequest, surroundings: Surroundings): Promise<Plan> {
  const { inventory, selection, parallelism } = request;
  const names = selectHosts(inventory, selection);
  const chosen = inventory.hosts.filter(({ name, managed }) => managed && names.has(name));
  const limit = pLimit(parallelism);
  surroundings.emit({ type: 'observing', hosts: chosen.length });
  const seen = await Promise.all(
    chosen.map((host) =>
      limit(() => see(targetOf(host), wantedBy(request, host), request.keep, surroundings)),
    ),
  );
  const left = departed(request, seen);
  const gone = request.policy.allow.includes('remove') ? left : [];
  surroundings.emit({ type: 'observing', hosts: gone.length });
  const seenGone = await Promise.all(
    gone.map((target) => limit(() => see(target, () => [], request.keep, surroundings))),
  );
  return assemble(
    request,
    seen,
    seenGone,
    left.filter((target) => !gone.includes(target)),
    surroundings,
  );
}

/** The resources of a host as a function of its family, which only the host itself knows. */
function wantedBy(
  { inventory, render, destroy, secrets = new Map() }: PlanRequest,
  host: Host,
): (family: Family) => Resource[] {
  const made = new Map<Family, Resource[]>();
  return (family) => {
    if (destroy) return [];
    const known =
      made.get(family) ??
      resourcesOf(inventory, host, family, render).map((each) =>
        each.kind === 'file' ? sealed(each, secrets) : each.kind === 'block' ? opened(each, secrets) : each,
      );
    made.set(family, known);
    return known;
  };
}

/** Hosts that the rosters of others know and the inventory does not. */
function departed({ inventory, selection, forget }: PlanRequest, seen: readonly Seen[]): Target[] {
  if (selection.limit.length > 0) return [];
  const present = new Set([...inventory.hosts.map(({ name }) => name), ...forget, ...selection.exclude]);
  const found = new Map<string, Target>();
  for (const each of seen) {
    if (!('observation' in each)) continue;
    for (const { host, ssh } of each.observation.manifest?.roster ?? []) {
      if (!present.has(host)) found.set(host, { name: host, ssh });
    }
  }
  return [...found.values()];
}

function assemble(
  request: PlanRequest,
  seen: readonly Seen[],
  seenGone: readonly Seen[],
  kept: readonly Target[],
  { clock }: Surroundings,
): Plan {
  const { inventory, destroy, path, selection, policy, batches, maxFailures } = request;
  const createdAt = clock.now().toISOString();
  const id = `${createdAt.replace(/\D/g, '').slice(0, 14)}-${clock.random().slice(0, 8)}`;
  const gone = seenGone
    .filter((each) => 'failure' in each || each.observation.manifest !== undefined)
    .map((each) =>
      planOf(
        each,
        { clusters: clustersBefore(each), roster: [], sends: false, preferred: false, departed: true },
        id,
        policy,
      ),
    );
  // A host that has left and cannot be cleaned now stays in the rosters, or nobody would find it again.
  const staying = [
    ...gone.filter((host) => host.state.is !== 'ready').map(({ host, ssh }) => ({ host, ssh })),
    ...kept.map(({ name, ssh }) => ({ host: name, ssh })),
  ];
  const hosts = seen.map((each) => {
    const membership = membershipOf(inventory, each.target.name);
    const roster = destroy ? [] : [...membership.roster, ...staying];
    return planOf(each, { ...membership, roster }, id, policy);
  });
  const all = [...hosts, ...gone.filter((host) => hasWork(host) || host.state.is !== 'ready')];
  return {
    version: planVersion,
    id,
    createdAt,
    inventory: path,
    limit: selection.limit,
    exclude: selection.exclude,
    destroy,
    secrets: destroy ? [] : secretNeeds(inventory, new Set(hosts.map(({ host }) => host))),
    hosts: all,
    dangers: destroy ? [] : dangersOf(all),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    transactions: inBatches(
      orderHosts(all),
      (name) => all.some(({ host, sends }) => host === name && sends),
      batches,
    ),
  };
}

/** What a host is in its clusters. */
interface Membership {
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
  readonly sends: boolean;
  readonly preferred: boolean;
  readonly departed: boolean;
}

function membershipOf(inventory: Inventory, name: string): Membership {
  const clusters = inventory.clusters.filter((cluster) =>
    members(cluster).some((host) => host.name === name),
  );
  const preferred = clusters.some((cluster) => isActiveDirector(cluster, name));
  const mayTakeOver = clusters.some(
    ({ failover, directors }) => failover !== undefined && directors.some((each) => each.name === name),
  );
  return {
    clusters: clusters.map((cluster) => cluster.name),
    roster: rosterOf(clusters, name),
    sends: preferred || mayTakeOver,
    preferred,
    departed: false,
  };
}

function planOf(seen: Seen, membership: Membership, planId: string, policy: Policy): HostPlan {
  const { clusters, roster, preferred, departed: left } = membership;
  const { name: host, ssh } = seen.target;
  if ('failure' in seen) {
    return { host, ssh, clusters, sends: membership.sends, preferred, departed: left, state: seen.failure };
  }
  const { wanted, leaving, observation, frame } = seen;
  const before = observation.manifest?.clusters ?? [];
  const sends = [...wanted, ...leaving].some(({ kind }) => kind === 'virtual-service');
  return {
    host,
    ssh,
    clusters: [...new Set([...clusters, ...before])],
    sends,
    preferred,
    departed: left,
    state: planHost({ wanted, clusters, roster }, leaving, observation, frame, planId, policy),
  };
}

function clustersBefore(seen: Seen): readonly string[] {
  return 'observation' in seen ? (seen.observation.manifest?.clusters ?? []) : [];
}

function members({ directors, realServers }: Inventory['clusters'][number]): readonly Host[] {
  return [...directors, ...realServers];
}

/**
 * Whom a host remembers: a director everybody of its clusters, a real server the directors. So whoever leaves is known
 * to those who stay, and a thousand real servers need not know one another.
 */
function rosterOf(clusters: Inventory['clusters'], name: string): RosterEntry[] {
  const known = clusters.flatMap((cluster) =>
    cluster.directors.some((director) => director.name === name) ? members(cluster) : cluster.directors,
  );
  const hosts = new Map(known.filter(({ managed }) => managed).map((host) => [host.name, host] as const));
  return [...hosts.values()].map((host) => ({ host: host.name, ssh: targetOf(host).ssh }));
}
