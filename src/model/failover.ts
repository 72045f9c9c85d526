import { failoverFacts } from '../engines/facts.ts';
import type { FailoverFacts } from '../engines/facts-shape.ts';
import type { Address } from '../net/address.ts';
import type { Cluster, Path, Vip } from './cluster.ts';
import type { HealthDaemon } from './health.ts';
import type { SecretNeed } from './secret.ts';

/** The engine that decides which director holds the VIPs. */
export type FailoverEngine = keyof typeof failoverFacts;
export const failoverEngines = Object.keys(failoverFacts) as readonly FailoverEngine[];

export const transports = ['multicast', 'unicast', 'broadcast', 'udpu'] as const;
export type Transport = (typeof transports)[number];

/** A fencing device of pacemaker or cman. */
export interface FencingDevice {
  readonly at: Path;
  /** Its name for pacemaker: fence_ipmilan, external/ssh. */
  readonly agent: string;
  /** The directors that it can fence. */
  readonly hosts: readonly string[];
  /** The agent's parameters that are no secrets. */
  readonly params: Readonly<Record<string, string>>;
  /** The agent's parameters that are secrets, with their sources. */
  readonly secrets: Readonly<Record<string, SecretNeed>>;
}

/** A third vote beside those of the pair: a host with corosync-qnetd. */
export interface QuorumDevice {
  readonly host: string;
  readonly port: number | undefined;
  /** ffsplit: one half continues; lms: the last remaining node continues (corosync-qdevice(8)). */
  readonly algorithm: 'ffsplit' | 'lms';
  readonly tls: 'off' | 'on' | 'required';
}

/** A second network over which the directors talk to one another, in case the first one fails. */
export interface SecondLink {
  readonly at: Path;
  readonly interface: string | undefined;
  /** Each director's address there, by the director's name. */
  readonly addresses: Readonly<Record<string, Address>>;
}

export interface Failover {
  readonly at: Path;
  readonly engine: FailoverEngine;
  /** Seconds between two heartbeats. */
  readonly interval: number;
  /** Seconds of silence after which a director is considered dead. */
  readonly deadTime: number;
  /** True if the preferred director takes the VIPs back when it returns. */
  readonly failback: boolean;
  /** Whole seconds that it waits before it does so; 0 for none. */
  readonly failbackDelay: number;
  readonly transport: Transport;
  /** Undefined for each director's own. */
  readonly interface: string | undefined;
  readonly group: Address | undefined;
  readonly port: number | undefined;
  readonly secondLink: SecondLink | undefined;
  /** The key by which the directors authenticate one another; undefined if the engine has none. */
  readonly key: SecretNeed | undefined;
  /** The key by which the directors' root users log in to one another; undefined if nothing needs it. */
  readonly nodeKey: SecretNeed | undefined;
  /** VRRP's virtual_router_id. */
  readonly id: number;
  /** Clusters of one VRRP sync group move together. */
  readonly syncGroup: string | undefined;
  /** Addresses that move with the VIPs: the gateways of NAT real servers. */
  readonly gateways: readonly Vip[];
  /** Addresses outside the pair that a director pings to check its network. */
  readonly pings: readonly Address[];
  /** Interfaces without which a director cannot hold the VIPs. */
  readonly interfaces: readonly string[];
  /** A command that must succeed on a director that holds the VIPs. */
  readonly script: string | undefined;
  /** A program that is called after each change of state. */
  readonly notify: string | undefined;
  /** heartbeat with a CIB instead of haresources. */
  readonly crm: boolean;
  /** Seconds that pacemaker gives a resource agent to start, stop or check. */
  readonly agentTimeout: number;
  /** The version of corosync that pacemaker uses. */
  readonly corosync: 1 | 2 | 3;
  readonly quorumDevice: QuorumDevice | undefined;
  /** The devices that power off a silent director. */
  readonly fencing: readonly FencingDevice[];
  /** Lines in the engine's own language: global settings, blocks beside them, and lines of the instance that holds the VIPs. */
  readonly directives: Readonly<Record<'global' | 'blocks' | 'instance', readonly string[]>>;
}

/** A cluster whose directors take over from one another. */
export type Pair = Cluster & { readonly failover: Failover };

/** The owner of the table on a cluster's directors: lvsform, or the engine that watches the real servers. */
export type TableOwner = 'lvsform' | HealthDaemon;

/** True for an engine that starts the health engine itself, on the director that holds the VIPs. */
export function startsHealth({ failover, health }: Cluster): boolean {
  return failover !== undefined && failoverFactsOf(failover.engine).starts.includes(health.engine);
}

export function tableOwner({ health: { engine } }: Cluster): TableOwner {
  return engine === 'none' ? 'lvsform' : engine;
}

/** The addresses that a director holds while it is the active one. */
export function floating({ vips, failover }: Cluster): readonly Vip[] {
  return [...vips, ...(failover?.gateways ?? [])];
}

export function failoverFactsOf(engine: FailoverEngine): FailoverFacts {
  return failoverFacts[engine];
}
