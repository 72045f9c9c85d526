import type { RealServer } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import type { GuePortResource } from '../resources/gue-port.ts';
import type { TunnelResource } from '../resources/tunnel-shape.ts';

/** The end of a tunnel on a real server, where packets for a VIP arrive, and what it needs. */
export interface TunnelEnd {
  readonly tunnel: TunnelResource;
  readonly port: GuePortResource | undefined;
  readonly modules: readonly string[];
}

/** The end of the tunnel for a VIP's packets. The kernel removes GUE first, and IPIP or SIT remains. */
export function tunnelEnd(
  { tunnel: { type, port, checksum }, ...server }: RealServer,
  vip: string,
): TunnelEnd {
  const { address, address6 } = server;
  const inner = familyOf(vip);
  const local = inner === 'ipv6' && address6 !== undefined ? address6 : address;
  const end = (device: string, mode: TunnelResource['mode'], modules: readonly string[]): TunnelEnd => ({
    tunnel: {
      kind: 'tunnel',
      device,
      mode,
      local,
      checksum: mode === 'gre' && checksum !== 'none',
      want: 'present',
    },
    port: type === 'gue' ? { kind: 'gue-port', port, want: 'present' } : undefined,
    modules: type === 'gue' ? [...modules, 'fou'] : modules,
  });
  if (familyOf(local) === 'ipv6') return end('lvs-any', 'any', ['ip6_tunnel']);
  if (type === 'gre') return end('lvs-gre', 'gre', ['ip_gre']);
  return inner === 'ipv6' ? end('lvs-sit', 'sit', ['sit']) : end('lvs-ipip', 'ipip', ['ipip']);
}
