import { failoverFacts } from '../engines/facts.ts';
import type { FailoverFacts } from '../engines/facts-shape.ts';
import type { Address } from '../net/address.ts';
import type { Cluster, Path, Vip } from './cluster.ts';
import type { HealthDaemon } from './health.ts';
import type { SecretNeed } from './secret.ts';

/** Who keeps a director alive: who decides which of them holds the VIPs. */
export type FailoverEngine = keyof typeof failoverFacts;
export const failoverEngines = Object.keys(failoverFacts) as readonly FailoverEngine[];

export const transports = ['multicast', 'unicast', 'broadcast', 'udpu'] as const;
export type Transport = (typeof transports)[number];

/** A fencing device of pacemaker or cman. */
export interface FencingDevice {
  readonly at: Path;
  /** As pacemaker names it: fence_ipmilan, external/ssh. */
  readonly agent: string;
  /** The directors that it can fence. */
  readonly hosts: readonly string[];
  /** What its agent is told and anybody may read. */
  readonly params: Readonly<Record<string, string>>;
  /** Where the rest of it comes from, by parameter. */
  readonly secrets: Readonly<Record<string, SecretNeed>>;
}

/** A third vote beside the pair's: a host with corosync-qnetd. */
export interface QuorumDevice {
  readonly host: string;
  readonly port: number | undefined;
  /** ffsplit: one half goes on; lms: the last one that stands (corosync-qdevice(8)). */
  readonly algorithm: 'ffsplit' | 'lms';
  readonly tls: 'off' | 'on' | 'required';
}

export interface Failover {
  readonly at: Path;
  readonly engine: FailoverEngine;
  /** Seconds between two signs of life. */
  readonly interval: number;
  /** Seconds of silence after which a director is taken for dead. */
  readonly deadTime: number;
  /** True where the preferred director takes the VIPs back when it returns. */
  readonly failback: boolean;
  readonly transport: Transport;
  /** Undefined for each director's own. */
  readonly interface: string | undefined;
  readonly group: Address | undefined;
  readonly port: number | undefined;
  /** By which the directors know that they hear one another; undefined where the engine does without. */
  readonly key: SecretNeed | undefined;
  /** By which the directors' root users log in to one another; undefined where nothing needs it. */
  readonly nodeKey: SecretNeed | undefined;
  /** VRRP's virtual_router_id. */
  readonly id: number;
  /** Clusters of one VRRP sync group move together. */
  readonly syncGroup: string | undefined;
  /** Addresses that move along with the VIPs: what NAT real servers have as their gateway. */
  readonly gateways: readonly Vip[];
  /** Addresses outside the pair by which a director sees whether its network is well. */
  readonly pings: readonly Address[];
  /** Interfaces without which a director cannot hold the VIPs. */
  readonly interfaces: readonly string[];
  /** A command that has to succeed on a director that holds the VIPs. */
  readonly script: string | undefined;
  /** A program that is told of every change of state. */
  readonly notify: string | undefined;
  /** heartbeat with a CIB in the place of haresources. */
  readonly crm: boolean;
  /** Seconds that pacemaker gives a resource agent to start, stop or look. */
  readonly agentTimeout: number;
  /** The version of corosync under pacemaker. */
  readonly corosync: 1 | 2 | 3;
  readonly quorumDevice: QuorumDevice | undefined;
  /** What takes the power of a director that nobody hears of any more. */
  readonly fencing: readonly FencingDevice[];
  /** Lines of the engine's own, for the whole of it and for the instance that holds the VIPs. */
  readonly directives: { readonly global: readonly string[]; readonly instance: readonly string[] };
}

/** A cluster whose directors take over from one another. */
export type Pair = Cluster & { readonly failover: Failover };

/** Who edits the table of a cluster's directors: lvsform, or the engine that watches the real servers. */
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
