import type { Family } from '../model/family.ts';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { ManagedResource } from '../resources/managed.ts';
import type { Change, Detail, Stage, Taking } from '../resources/kind.ts';
import type { SecretNeed } from '../model/secret.ts';
import type { FailureReason } from '../port.ts';
import type { Found } from './found.ts';
import type { Policy } from './policy.ts';
import type { Resource } from '../resources/index.ts';

/** The version of the plan file. A file of another version is refused. */
export const planVersion = 6;

/** What one host needs, and what it was when that was found out. */
export interface HostPlan {
  readonly host: string;
  readonly ssh: RosterEntry['ssh'];
  readonly clusters: readonly string[];
  /** True for a host that sends clients' requests to others: it has virtual services, or is to have them. */
  readonly sends: boolean;
  /** True for a director of the inventory. */
  readonly directs: boolean;
  /** True for a host that had virtual services before, by its manifest. */
  readonly served: boolean;
  /** True for the director that is to hold the VIPs where nothing speaks against it. */
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
  /** Everything that was looked at: what is wanted, and what is on its way out. */
  readonly resources: readonly Resource[];
  readonly changes: readonly Change[];
  /** Changes of the cluster's roster: the manifest is written, and nothing else. */
  readonly roster: readonly Detail[];
  /** Entries of the roster that stay in it until their hosts have been cleaned up by this plan, and what it calls them. */
  readonly parting: readonly Parting[];
  readonly notes: readonly string[];
  /** Connections that were active when it was read. */
  readonly active: number;
  /** VIPs that it held when it was read, of those that an engine moves. */
  readonly holds: readonly string[];
  /** The manifest once everything is done; undefined where nothing of ours is left. */
  readonly manifest: Manifest | undefined;
  /** What its manifest said when it was read; undefined where it had none. */
  readonly found?: Found;
  /** Entries that the manifest keeps until what they stand for has been taken away. */
  readonly leaving: Readonly<Record<string, ManagedResource>>;
  /** Of a director: ids of what it is to have, and had not by its manifest. */
  readonly comes?: readonly string[];
  /** The changes by which it raises VIPs that other directors give up, by their ids: when they are made. */
  readonly takes?: Readonly<Record<string, Taking>>;
  /** Of a director: VIPs that it is to have no more, and that were on it before lvsform. They stay. */
  readonly stays?: readonly string[];
  /** What was not allowed: titles by id. What is on its way out stays in the manifest. */
  readonly held: Readonly<Record<string, string>>;
  readonly policy: Policy;
  /** What was ours before this plan; told only where not everything is allowed. */
  readonly ours: readonly string[];
}

export interface Parting {
  readonly entry: RosterEntry;
  readonly host: string;
}

export interface Blocked {
  readonly is: 'blocked';
  readonly reasons: readonly string[];
  /** True where nothing at all is changed before a person has settled whose host it is. */
  readonly disputed?: true;
}

export interface Unreachable {
  readonly is: 'unreachable';
  readonly reason: string;
  readonly why: FailureReason;
}

/** A part of a host's plan that is done in one go, or not at all. */
export interface Transaction {
  /** `rs1`, or `rs1 prepare` and `rs1 retire` where directors act in between, or `rs1 roster`; `lb2 take` where it takes a VIP. */
  readonly id: string;
  readonly host: string;
  /** None: only the manifest is written, with the roster as it is in the end. */
  readonly stages: readonly Stage[];
  readonly after: readonly Edge[];
  /** Why it will not be begun: hosts that it depends on cannot be worked on. */
  readonly blocked?: string;
  /** Where real servers go one batch after the other: which one this is, from 0, of how many. */
  readonly batch?: { readonly number: number; readonly of: number };
}

export interface Edge {
  readonly transaction: string;
  /** True where a failure of the other keeps this one from being begun. */
  readonly requires: boolean;
  /** The VIPs that move from the one to the other, in whichever direction. */
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
  /** The selection of hosts that was asked for, as it was written. */
  readonly limit: readonly string[];
  readonly exclude: readonly string[];
  /** True where everything of ours is taken away. */
  readonly destroy: boolean;
  /** What its documents need put into them, and where that comes from. */
  readonly secrets: readonly SecretNeed[];
  /** What it takes away that is more than people commonly mean; it is applied only with --force. */
  readonly dangers: readonly string[];
  /** Failed hosts after which nothing more is begun: a number, or a share of the hosts (25%). */
  readonly maxFailures?: string;
  readonly hosts: readonly HostPlan[];
  readonly transactions: readonly Transaction[];
}

export function isReady(host: HostPlan): host is HostPlan & { readonly state: Ready } {
  return host.state.is === 'ready';
}

/** True where apply would write to the host. */
export function hasWork(host: HostPlan): boolean {
  return isReady(host) && (host.state.changes.length > 0 || host.state.roster.length > 0);
}

export function hasChanges(plan: Plan): boolean {
  return plan.hosts.some(hasWork);
}

/** The hosts that differ from what is wanted in something that is not allowed. */
export function heldHosts(plan: Plan): string[] {
  return plan.hosts
    .filter((host) => isReady(host) && Object.keys(host.state.held).length > 0)
    .map(({ host }) => host);
}
