import type { Family } from '../model/family.ts';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { ManagedResource } from '../resources/managed.ts';
import type { Change, Detail, Stage, Taking } from '../resources/kind.ts';
import type { SecretNeed } from '../model/secret.ts';
import type { FailureReason } from '../port.ts';
import type { Found } from './found.ts';
import type { Policy } from './policy.ts';
import type { Resource } from '../resources/index.ts';
import type { PlannedShard } from './shards.ts';

/** The version of the plan file. A file of another version is refused. */
export const planVersion = 7;

/** What changes on one host, and what the host was when it was read. */
export interface HostPlan {
  readonly host: string;
  readonly ssh: RosterEntry['ssh'];
  readonly clusters: readonly string[];
  /** True for a host that sends clients' requests to others: it has virtual services, or will have them. */
  readonly sends: boolean;
  /** True for a director of the inventory. */
  readonly directs: boolean;
  /** True for a host that had virtual services before, by its manifest. */
  readonly served: boolean;
  /** True for the director that the inventory prefers as the holder of the VIPs. */
  readonly preferred: boolean;
  /** True for a host that is no longer in the inventory and is cleaned up. */
  readonly departed: boolean;
  readonly state: Ready | Blocked | Unreachable;
}

export interface Ready {
  readonly is: 'ready';
  readonly family: Family;
  readonly system: string;
  /** The frame under which the host was read; a part of the fingerprint. */
  readonly frame: string;
  readonly fingerprint: string;
  /** Everything that was read: what is wanted, and what is to be removed. */
  readonly resources: readonly Resource[];
  readonly changes: readonly Change[];
  /** Changes of the cluster's roster: they only write the manifest. */
  readonly roster: readonly Detail[];
  /** Entries that remain in the roster until this plan has cleaned up their hosts, and the hosts' names in the plan. */
  readonly parting: readonly Parting[];
  readonly notes: readonly string[];
  /** Connections that were active when it was read. */
  readonly active: number;
  /** The VIPs that it held when it was read, of those that an engine moves. */
  readonly holds: readonly string[];
  /** The manifest once everything is done; undefined if nothing of ours is left. */
  readonly manifest: Manifest | undefined;
  /** What its manifest said when it was read; undefined if it had none. */
  readonly found?: Found;
  /** Entries that the manifest keeps until their resources have been removed. */
  readonly leaving: Readonly<Record<string, ManagedResource>>;
  /** Of a director: ids of what it is to have, and did not have by its manifest. */
  readonly comes?: readonly string[];
  /** The changes by which it raises VIPs that other directors give up: their stages, by id. */
  readonly takes?: Readonly<Record<string, Taking>>;
  /** True for a director that sets the weight 0 of leaving real servers before another one waits (`plan/draining.ts`). */
  readonly drainsFirst?: true;
  /** Of a director: VIPs that it must not have any more, but had before lvsform. They are kept. */
  readonly stays?: readonly string[];
  /** What is not allowed: titles by id. What would be removed remains in the manifest. */
  readonly held: Readonly<Record<string, string>>;
  /** What keeps that with its maker which would change hands here, in words: it is not allowed here, or on `elsewhere`. */
  readonly kept?: string;
  /** The part of `kept` that another director of its clusters says. */
  readonly elsewhere?: string;
  readonly policy: Policy;
  /** What was ours before this plan; used only if not everything is allowed. */
  readonly ours: readonly string[];
}

export interface Parting {
  readonly entry: RosterEntry;
  readonly host: string;
}

export interface Blocked {
  readonly is: 'blocked';
  readonly reasons: readonly string[];
  /** True if nothing may be changed anywhere before the user has settled who owns the host. */
  readonly disputed?: true;
}

export interface Unreachable {
  readonly is: 'unreachable';
  readonly reason: string;
  readonly why: FailureReason;
}

/** A part of a host's plan that is done as a whole, or not at all. */
export interface Transaction {
  /** `rs1`; `rs1 prepare` and `rs1 retire` if directors are changed in between; `rs1 roster`; `lb2 take` if it takes a VIP. */
  readonly id: string;
  readonly host: string;
  /** If empty, only the manifest is written, with its final roster. */
  readonly stages: readonly Stage[];
  readonly after: readonly Edge[];
  /** Why it will not be begun: a host on which it depends cannot be changed. */
  readonly blocked?: string;
  /** With batches: the number of its batch, from 0, and how many there are. */
  readonly batch?: { readonly number: number; readonly of: number };
}

export interface Edge {
  readonly transaction: string;
  /** True if this one is not begun when the other one has failed. */
  readonly requires: boolean;
  /** The VIPs that move between the two hosts, in either direction. */
  readonly vips?: readonly string[];
}

/** Everything that apply will do, as plain data. */
export interface Plan {
  readonly version: typeof planVersion;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly inventory: string;
  /** The inventory's own name, by which it owns hosts. */
  readonly name: string;
  /** The selection of hosts, as the user wrote it. */
  readonly limit: readonly string[];
  readonly exclude: readonly string[];
  /** The shard whose hosts these are. */
  readonly shard?: PlannedShard;
  /** True if everything of ours is removed. */
  readonly destroy: boolean;
  /** The secrets that its documents need, and where they come from. */
  readonly secrets: readonly SecretNeed[];
  /** Changes that may come from a mistake in the inventory; apply needs --force for them. */
  readonly dangers: readonly string[];
  /** How many hosts may fail before nothing more is begun: a number, or a share of the hosts (25%). */
  readonly maxFailures?: string;
  readonly hosts: readonly HostPlan[];
  readonly transactions: readonly Transaction[];
}

export function isReady(host: HostPlan): host is HostPlan & { readonly state: Ready } {
  return host.state.is === 'ready';
}

/** True if apply would write to the host. */
export function hasWork(host: HostPlan): boolean {
  return isReady(host) && (host.state.changes.length > 0 || host.state.roster.length > 0);
}

export function hasChanges(plan: Plan): boolean {
  return plan.hosts.some(hasWork);
}

/** The hosts with a difference that is held back, since it is not allowed. */
export function heldHosts(plan: Plan): string[] {
  return plan.hosts
    .filter((host) => isReady(host) && Object.keys(host.state.held).length > 0)
    .map(({ host }) => host);
}
