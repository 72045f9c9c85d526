import type { Cluster, ForwardingMode } from './cluster.ts';

/** True for the modes that do not rewrite the packet: the real server holds the VIP and answers the client itself. */
export function isStraight(mode: ForwardingMode): boolean {
  return mode === 'dr' || mode === 'tun';
}

/** True if a cluster's directors must track connections beyond IPVS's own table (net.ipv4.vs.conntrack). */
export function tracksConnections({ services, realServers }: Cluster): boolean {
  return (
    realServers.some(({ mode }) => mode === 'fullnat') || services.some(({ helper }) => helper !== undefined)
  );
}

/** True for a local node: the active director answers requests itself, and holds the VIP as a director. */
export function isActiveDirector({ directors }: Cluster, host: string): boolean {
  return directors.some(({ name, active }) => active && name === host);
}
