import type { Content } from './content.ts';
import type { Address, AddressFamily, Network } from '../net/address.ts';
import type { Failover } from './failover.ts';
import type { Check, Health } from './health.ts';

/** Where a value stands in the inventory: the keys from the top. */
export type Path = readonly (string | number)[];

/**
 * How a director hands a request on: by the real server's hardware address (dr), by rewriting the destination (nat),
 * inside another packet (tun), or by rewriting both ends (fullnat).
 */
export const forwardingModes = ['dr', 'nat', 'tun', 'fullnat'] as const;
export type ForwardingMode = (typeof forwardingModes)[number];
export const protocols = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof protocols)[number];

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
  /** The IPv6 address of a host whose `address` is an IPv4 one, on the same interface. */
  readonly address6: Address | undefined;
  readonly prefix6: number | undefined;
  /** The interface that carries its addresses. */
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

/** How a packet is put into another one on its way to a TUN real server (ipvsadm --tun-type and its company). */
export interface Tunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  /** GUE: the UDP port on the real server. */
  readonly port: number;
  /** GUE, GRE: none, a checksum over everything, or (GUE) one that the real server's card may compute. */
  readonly checksum: 'none' | 'full' | 'remote';
}

/** Connections (active and inactive) at which a real server gets no more, and below which it gets some again; 0 is none. */
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
  /** IPv4: a dotted netmask, IPv6: a prefix length; groups clients (ipvsadm -M). */
  readonly netmask: string | undefined;
  /** Persistence engine: what beside the client's address makes a session (ipvsadm --pe). */
  readonly engine: string | undefined;
}

export interface Destination {
  readonly at: Path;
  readonly server: string;
  readonly address: Address;
  /** 0 where the request's own port is kept. */
  readonly port: number;
  readonly weight: number;
  readonly mode: ForwardingMode;
  readonly tunnel: Tunnel;
  readonly thresholds: Thresholds;
}

/** What clients reach: a protocol and a range of ports of a VIP. */
export interface Place {
  readonly protocol: Protocol;
  readonly vip: Address;
  /** 0 to 0 is every port. */
  readonly first: number;
  readonly last: number;
}

/** One request that verify makes. */
export interface Question {
  readonly ask: Ask;
  readonly protocol: Protocol;
  readonly vip: Address;
  readonly port: number;
}

export interface VirtualService {
  readonly at: Path;
  /** The firewall mark that its packets bear; undefined for a service that is known by its address and port. */
  readonly mark: number | undefined;
  readonly family: AddressFamily;
  /** One place; several only under a mark. */
  readonly places: readonly Place[];
  readonly scheduler: string;
  /** Scheduler flags (ipvsadm -b). */
  readonly flags: readonly string[];
  readonly onePacket: boolean;
  readonly persistence: Persistence | undefined;
  readonly helper: 'ftp' | undefined;
  readonly questions: readonly Question[];
  readonly destinations: readonly Destination[];
  /** Who answers while nobody else does. */
  readonly sorry: Destination | undefined;
  /** How its real servers are watched, where anybody does. */
  readonly check: Check;
}

export interface Drain {
  /** Seconds that a leaving real server is given to finish its connections. */
  readonly timeout: number;
  /** Active connections at or below which it is taken out. */
  readonly connections: number;
}

/** Daemons that keep the clock, and ntpdate, which sets it again and again from cron. */
export const timeEngines = ['chrony', 'ntpd', 'ntpsec', 'ntpdate'] as const;
export type TimeEngine = (typeof timeEngines)[number];

export interface Time {
  readonly engine: TimeEngine;
  readonly servers: readonly string[];
  /** True where the directors are the time source of the cluster's other hosts. */
  readonly fromDirectors: boolean;
}

/** How a real server that holds the VIP is kept from answering ARP for it. */
export const arpWays = ['kernel', 'arptables', 'static'] as const;
export type ArpWay = (typeof arpWays)[number];

/** Connection synchronisation: the active director tells the others of its connections. */
export interface Sync {
  readonly at: Path;
  /** Undefined for that of each director's own address. */
  readonly interface: string | undefined;
  readonly id: number;
  readonly group: Address;
  readonly port: number;
  readonly ttl: number;
  /** Bytes of a message; undefined for what the interface’s MTU lets through. */
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
  /** Of the real servers that do not say another. */
  readonly mode: ForwardingMode;
  readonly arp: ArpWay;
  readonly health: Health;
  /** Undefined where the director that holds the VIPs is the one that the inventory says, and stays it. */
  readonly failover: Failover | undefined;
  readonly sync: Sync | undefined;
  readonly timeouts: Timeouts | undefined;
  /** Values below net.ipv4.vs. */
  readonly tunables: Readonly<Record<string, string>>;
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
  /** What the real servers serve. */
  readonly content: readonly Content[];
  readonly hostsFile: boolean;
}

export interface Inventory {
  /** By which hosts know to which inventory they belong. */
  readonly name: string;
  readonly clusters: readonly Cluster[];
  /** Every host once, by name, in the inventory's order. */
  readonly hosts: readonly Host[];
}
