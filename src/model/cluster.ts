import type { Address, Network } from '../net/address.ts';

/** Where a value stands in the inventory: the keys from the top. */
export type Path = readonly (string | number)[];

export type ForwardingMode = 'dr' | 'nat';
export type Protocol = 'tcp' | 'udp';

/** How a host is reached over SSH. What is undefined comes from the user's ssh_config, then from OpenSSH's defaults. */
export interface SshTarget {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly identity: string | undefined;
  readonly sudo: boolean;
}

export interface Host {
  readonly name: string;
  readonly at: Path;
  /** The host's own address in the cluster: a director's DIP, a real server's RIP. */
  readonly address: Address;
  readonly prefix: number | undefined;
  /** The interface that carries `address`. */
  readonly interface: string;
  readonly ssh: SshTarget;
  /** False for a host that nobody logs in to. */
  readonly managed: boolean;
  readonly groups: readonly string[];
  readonly vars: Readonly<Record<string, unknown>>;
}

export interface Director extends Host {
  /** The active director holds the VIPs; a standby has everything else ready. */
  readonly active: boolean;
}

/** What sends a NAT real server's replies to the director: its default route, a routing table of its own, or somebody else. */
export type Gateway = 'default' | 'table' | 'keep';

export interface RealServer extends Host {
  readonly weight: number;
  readonly gateway: Gateway;
}

/** How verify asks a service: a request, a connection, a datagram that is answered, or not at all. */
export type Ask = 'http' | 'https' | 'tcp' | 'udp' | 'none';

export interface Vip {
  readonly at: Path;
  readonly address: Address;
  readonly prefix: number;
  /** The directors' interface that carries the VIP; undefined for each director's own. */
  readonly interface: string | undefined;
}

export interface Persistence {
  /** Seconds. */
  readonly timeout: number;
  /** IPv4: a dotted netmask; groups clients (ipvsadm -M). */
  readonly netmask: string | undefined;
}

export interface Destination {
  readonly at: Path;
  readonly server: string;
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
}

export interface VirtualService {
  readonly at: Path;
  readonly protocol: Protocol;
  readonly vip: Address;
  readonly port: number;
  readonly scheduler: string;
  readonly persistence: Persistence | undefined;
  readonly ask: Ask;
  readonly destinations: readonly Destination[];
}

export interface Drain {
  /** Seconds that a leaving real server is given to finish its connections. */
  readonly timeout: number;
  /** Active connections at or below which it is taken out. */
  readonly connections: number;
}

export interface Time {
  readonly engine: 'chrony' | 'ntpd';
  readonly servers: readonly string[];
  /** True where the directors are the time source of the cluster's other hosts. */
  readonly fromDirectors: boolean;
}

export interface Cluster {
  readonly name: string;
  readonly at: Path;
  readonly mode: ForwardingMode;
  /** The real servers' network, where the inventory tells it. */
  readonly network: Network | undefined;
  readonly vips: readonly Vip[];
  readonly directors: readonly Director[];
  readonly realServers: readonly RealServer[];
  readonly services: readonly VirtualService[];
  /** Hosts from which the services are asked; they are no part of the cluster, and nothing is changed there. */
  readonly probes: readonly Host[];
  readonly drain: Drain;
  readonly time: Time | undefined;
  readonly hostsFile: boolean;
}

export interface Inventory {
  readonly clusters: readonly Cluster[];
  /** Every host once, by name, in the inventory's order. */
  readonly hosts: readonly Host[];
}
