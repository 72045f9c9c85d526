import { familyOf } from '../../net/address.ts';
import { eachServer } from './each.ts';
import { misfits, serversText, servicesText } from './misfits.ts';
import type { Rule } from './rule.ts';

/** Rules about tunnels. */
export const tunnelRules: readonly Rule[] = [
  {
    id: 'LVS063',
    severity: 'error',
    title: 'an option that this type of tunnel does not have',
    why: 'Only GUE has a UDP port. GUE and GRE have a checksum; only GUE can leave it to the network card (ipvsadm --tun-port, --tun-csum, --tun-remcsum).',
    check: (inventory) =>
      eachServer(inventory, (server) => {
        const { type, port, checksum } = server.tunnel;
        const wrong =
          type !== 'gue' && port !== 0
            ? `port ${port}`
            : (checksum !== 'none' && type === 'ipip') || (checksum === 'remote' && type === 'gre')
              ? `checksum: ${checksum}`
              : undefined;
        return wrong === undefined
          ? undefined
          : {
              path: server.at,
              message: `${server.name}: a tunnel of the type ${type} has no ${wrong}`,
              hint: 'remove it, or use type: gue',
            };
      }),
  },
  {
    id: 'LVS071',
    severity: 'error',
    title: 'GUE and GRE over IPv6 are not supported',
    why: 'To an IPv6 address packets travel as IPv4 or IPv6 in IPv6 (ip6_tunnel). GUE and GRE over IPv6 were never tested.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers, vips }) =>
        realServers
          .filter(
            ({ mode, tunnel, address, address6 }) =>
              mode === 'tun' &&
              tunnel.type !== 'ipip' &&
              (familyOf(address) === 'ipv6' ||
                (address6 !== undefined && vips.some((vip) => familyOf(vip.address) === 'ipv6'))),
          )
          .map(({ name, tunnel, at }) => ({
            path: at,
            message: `${name}: ${tunnel.type} to an IPv6 address is not supported`,
            hint: 'use tunnel: ipip, or give the real server only an IPv4 address',
          })),
      ),
  },
  {
    id: 'LVS064',
    severity: 'error',
    title: 'connection sync with a tunnel between two address families',
    why: 'The kernel starts no sync daemon while a tunnel carries one address family inside the other, and accepts no such tunnel while a sync daemon runs: a sync message has one address family for both ends (ip_vs_ctl.c).',
    check: ({ clusters }) => {
      const synced = new Set(
        clusters.flatMap(({ sync, directors }) =>
          sync === undefined ? [] : directors.map(({ name }) => name),
        ),
      );
      return clusters
        .filter(({ directors }) => directors.some(({ name }) => synced.has(name)))
        .flatMap((cluster) =>
          misfits(cluster, ({ family }, { address, mode }) =>
            mode === 'tun' && familyOf(address) !== family ? family : undefined,
          ).map((misfit) => ({
            path: misfit.destinations[0]!.at,
            message: `${servicesText(misfit)} to ${serversText(misfit)} cannot be synchronised`,
            hint: 'give each real server an address of the service’s address family, or remove sync',
          })),
        );
    },
  },
];
