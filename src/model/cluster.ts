import type { Content } from './content.ts';
import type { Address, AddressFamily, Network } from '../net/address.ts';
import type { Failover } from './failover.ts';
import type { Check, Health } from './health.ts';

/** The place of a value in the inventory: the keys from the top. */
export type Path = readonly (string | number)[];

/**
 * How a director forwards a request: to the real server's hardware address (dr), with another destination (nat), inside
 * another packet (tun), or with another source and destination (fullnat).
 */
export const forwardingModes = ['dr', 'nat', 'tun', 'fullnat'] as const;
export type ForwardingMode = (typeof forwardingModes)[number];
export const protocols = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof protocols)[number];

/** How a host is reached over SSH. Undefined values come from the user's ssh_config, then from OpenSSH's defaults. */
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
  /** The IPv6 address of a host whose `address` is IPv4, on the same interface. */
  readonly address6: Address | undefined;
  readonly prefix6: number | undefined;
  /** The interface that carries its addresses. */
  readonly interface: string;
  readonly ssh: SshTarget;
  /** False for a host to which lvsform never logs in. */
  readonly managed: boolean;
  readonly groups: readonly string[];
  readonly vars: Readonly<Record<string, unknown>>;
}

export interface Director extends Host {
  /** The active director holds the VIPs; a standby has everything else ready. */
  readonly active: boolean;
}

/** What sends a NAT real server's replies to the director: its default route, a table of its own, or a route that lvsform does not set. */
export type Gateway = 'default' | 'table' | 'keep';

/** How a packet is encapsulated on its way to a TUN real server (ipvsadm --tun-type and related options). */
export interface Tunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  /** GUE: the UDP port on the real server. */
  readonly port: number;
  /** GUE, GRE: no checksum, a checksum over everything, or (GUE) one that the real server's network card may compute. */
  readonly checksum: 'none' | 'full' | 'remote';
}

/** Connections (active and inactive) at which a real server gets no new ones, and below which it does again; 0 is no limit. */
export interface Thresholds {
  readonly upper: number;
  readonly lower: number;
}

export interface RealServer extends Host {
  readonly mode: ForwardingMode;
  readonly tunnel: Tunnel;
  readonly thresholds: Thresholds;
  readonly weight: number;
  readonly gateway: Gateway;
  /** Lines in the health engine's own language, for this real server in every service. */
  readonly directives: readonly string[];
}

/** How verify tests a service: by a request, a connection, a datagram that is answered, or not at all. */
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
  /** Groups clients: a dotted netmask for IPv4, a prefix length for IPv6 (ipvsadm -M). */
  readonly netmask: string | undefined;
  /** Persistence engine: what identifies a session beside the client's address (ipvsadm --pe). */
  readonly engine: string | undefined;
}

export interface Destination {
  readonly at: Path;
  readonly server: string;
  readonly address: Address;
  /** 0 if the request's own port is kept. */
  readonly port: number;
  readonly weight: number;
  readonly mode: ForwardingMode;
  readonly tunnel: Tunnel;
  readonly thresholds: Thresholds;
  /** Lines in the health engine's own language: those of the real server, then those of this service for it. */
  readonly directives: readonly string[];
}

/** The place that clients reach: a protocol and a range of ports of a VIP. */
export interface Place {
  readonly protocol: Protocol;
  readonly vip: Address;
  /** 0 to 0 is every port. */
  readonly first: number;
  readonly last: number;
}

/** One request that verify sends. */
export interface Question {
  readonly ask: Ask;
  readonly protocol: Protocol;
  readonly vip: Address;
  readonly port: number;
  /** HTTP and HTTPS: the name of the host, as the service's check has it; undefined for the VIP. */
  readonly host: string | undefined;
}

export interface VirtualService {
  /** Services that one written service makes (several ports, protocols or VIPs) have the same place. */
  readonly at: Path;
  /** The place of its port, or of its firewall mark. */
  readonly portAt: Path;
  /** The firewall mark of its packets; undefined for a service with an address and a port. */
  readonly mark: number | undefined;
  readonly family: AddressFamily;
  /** One place; several only with a firewall mark. */
  readonly places: readonly Place[];
  readonly scheduler: string;
  /** Scheduler flags (ipvsadm -b). */
  readonly flags: readonly string[];
  readonly onePacket: boolean;
  readonly persistence: Persistence | undefined;
  readonly helper: 'ftp' | undefined;
  readonly questions: readonly Question[];
  readonly destinations: readonly Destination[];
  /** The sorry server: answers while all other real servers have weight 0. */
  readonly sorry: Destination | undefined;
  /** How its real servers are checked, if an engine watches them. */
  readonly check: Check;
  /** Lines in the health engine's own language. */
  readonly directives: readonly string[];
}

export interface Drain {
  /** Seconds that a leaving real server has to finish its connections. */
  readonly timeout: number;
  /** The number of active connections at or below which it is removed. */
  readonly connections: number;
}

/** Daemons that set the clock, and ntpdate, which sets it regularly from cron. */
export const timeEngines = ['chrony', 'ntpd', 'ntpsec', 'ntpdate'] as const;
export type TimeEngine = (typeof timeEngines)[number];

export interface Time {
  readonly engine: TimeEngine;
  readonly servers: readonly string[];
  /** True if the directors are the time source of the cluster's other hosts. */
  readonly fromDirectors: boolean;
}

/** Ways to keep a real server that holds the VIP from answering ARP for it. */
export const arpWays = ['kernel', 'arptables', 'static'] as const;
export type ArpWay = (typeof arpWays)[number];

/** Connection sync: the active director sends its connections to the others. */
export interface Sync {
  readonly at: Path;
  /** Undefined for the interface of each director's own address. */
  readonly interface: string | undefined;
  readonly id: number;
  readonly group: Address;
  readonly port: number;
  readonly ttl: number;
  /** Bytes of a message; undefined for as many as the interface’s MTU allows. */
  readonly maxLength: number | undefined;
}

/** Seconds that a connection is remembered (ipvsadm --set). */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

export interface Cluster {
  readonly name: string;
  readonly at: Path;
  /** The mode of real servers that have none of their own. */
  readonly mode: ForwardingMode;
  readonly arp: ArpWay;
  readonly health: Health;
  /** Undefined without an engine that moves the VIPs: the inventory says which director holds them. */
  readonly failover: Failover | undefined;
  readonly sync: Sync | undefined;
  readonly timeouts: Timeouts | undefined;
  /** Values below net.ipv4.vs. */
  readonly tunables: Readonly<Record<string, string>>;
  /** The real servers' network, if the inventory has it. */
  readonly network: Network | undefined;
  readonly vips: readonly Vip[];
  readonly directors: readonly Director[];
  readonly realServers: readonly RealServer[];
  readonly services: readonly VirtualService[];
  /** Hosts from which verify sends requests; they are no part of the cluster, and lvsform never changes them. */
  readonly probes: readonly Host[];
  readonly drain: Drain;
  readonly time: Time | undefined;
  /** The content that the real servers serve. */
  readonly content: readonly Content[];
  readonly hostsFile: boolean;
}

export interface Inventory {
  /** The name by which a host's manifest says which inventory owns the host. */
  readonly name: string;
  readonly clusters: readonly Cluster[];
  /** Every host once, by name, in the inventory's order. */
  readonly hosts: readonly Host[];
}
