import type { Cluster, Director } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import { familyOf } from '../net/address.ts';

/** A VIP as one director carries it. */
export interface CarriedVip {
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  /** The name by which ifconfig knows it: unique for an IPv4 address of an interface; IPv6 has none. */
  readonly label: string | undefined;
}

/** The VIPs of a director's clusters, and the addresses that move with them, by cluster, labelled in the inventory's order. */
export function carriedVips(
  roles: readonly { readonly cluster: Cluster; readonly director: Director }[],
): Map<Cluster, CarriedVip[]> {
  const used = new Map<string, number>();
  return new Map(
    roles.map(({ cluster, director }) => {
      const vips = floating(cluster).map((vip) => {
        const device = vip.interface ?? director.interface;
        const { address, prefix } = vip;
        if (familyOf(address) === 'ipv6') return { address, prefix, interface: device, label: undefined };
        const index = used.get(device) ?? 0;
        used.set(device, index + 1);
        return { address, prefix, interface: device, label: `${device}:${index}` };
      });
      return [cluster, vips];
    }),
  );
}
