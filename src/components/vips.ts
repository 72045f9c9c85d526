import type { Cluster, Director } from '../model/cluster.ts';

/** A VIP as one director carries it. */
export interface CarriedVip {
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  /** By which ifconfig knows it; no two addresses of an interface share one. */
  readonly label: string;
}

/** The VIPs of all clusters of a director, by cluster, labelled in the order of the inventory. */
export function carriedVips(
  roles: readonly { readonly cluster: Cluster; readonly director: Director }[],
): Map<Cluster, CarriedVip[]> {
  const used = new Map<string, number>();
  return new Map(
    roles.map(({ cluster, director }) => {
      const vips = cluster.vips.map((vip) => {
        const device = vip.interface ?? director.interface;
        const index = used.get(device) ?? 0;
        used.set(device, index + 1);
        return { address: vip.address, prefix: vip.prefix, interface: device, label: `${device}:${index}` };
      });
      return [cluster, vips];
    }),
  );
}
