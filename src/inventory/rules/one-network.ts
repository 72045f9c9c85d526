import { scoped, writtenAs } from '../../engines/scope.ts';
import type { Cluster, Director, Path } from '../../model/cluster.ts';
import { prefixTold } from '../../model/director-network.ts';
import { failoverFactsOf } from '../../model/failover.ts';
import {
  type AddressFamily,
  contains,
  endpoint,
  familyOf,
  isEdge,
  type Network,
  networkOf,
} from '../../net/address.ts';
import type { Mistake } from '../problem.ts';
import { eachCluster } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about hosts and clusters that are, or are not, on one network. */
export const oneNetworkRules: readonly Rule[] = [
  {
    id: 'LVS110',
    severity: 'warning',
    title: 'a director cannot carry the VIP of another one',
    why: 'A VIP is in the network of a director’s interface, or a router sends it to whichever director holds it. A director in another network raises the VIP where no client asks for it: the router of the VIP’s network goes on asking there.',
    check: (inventory) =>
      eachCluster(inventory, (cluster) =>
        cluster.vips.flatMap((vip): Mistake[] => {
          const known = cluster.directors
            .filter((director) => (vip.interface ?? director.interface) === director.interface)
            .flatMap((director) => {
              const network = directorNetwork(cluster, director, familyOf(vip.address));
              return network === undefined ? [] : [{ director, network }];
            });
          const home = known.find(({ network }) => contains(network, vip.address));
          if (home === undefined) return [];
          return known
            .filter(({ network }) => !contains(network, vip.address))
            .map(({ director, network }) => ({
              path: director.at,
              message: `${director.name} is in ${network}, and the VIP ${vip.address} is in ${home.network} with ${home.director.name}`,
              hint: 'put both directors into one network, or let a router send the VIP to the director that holds it',
            }));
        }),
      ),
  },
  {
    id: 'LVS111',
    severity: 'error',
    title: 'a VIP or a probe has a network or broadcast address',
    why: 'The first and the last address of an IPv4 network are reserved: they mean the network itself and all its hosts, so that neither a connection to such a VIP nor a reply to such a client arrives.',
    check: (inventory) =>
      eachCluster(inventory, (cluster) => {
        const networks = cluster.directors.flatMap((director) => directorNetwork(cluster, director) ?? []);
        const vips = cluster.vips.map((vip) => ({ ...vip, what: `the VIP ${vip.address}`, networks }));
        const probes = cluster.probes.map(({ at, name, address, prefix }) => ({
          at,
          address,
          what: `the address ${address} of the probe ${name}`,
          networks: prefix === undefined ? networks : [networkOf(address, prefix)],
        }));
        return [...vips, ...probes].flatMap(({ at, address, what, networks: around }): Mistake[] => {
          const network = around.find((each) => isEdge(each, address));
          if (network === undefined) return [];
          const message = `${what} is the network or broadcast address of ${network}`;
          return [{ path: at, message, hint: `choose another address in ${network}` }];
        });
      }),
  },
  {
    id: 'LVS112',
    severity: 'error',
    title: 'two pairs on one network have the same id',
    why: 'Directors find their partners on a network by an id: VRRP by virtual_router_id (RFC 5798, 5.2.3), connection sync by its syncid, group and port. Two pairs with the same one hear each other: one of them discards what it hears, or takes over connections that it does not serve.',
    check: (inventory) => {
      const first = new Map<string, Cluster>();
      return eachCluster(inventory, (cluster) => {
        const networks = new Set(
          cluster.directors.flatMap((director) => directorNetwork(cluster, director) ?? []),
        );
        return [...routerIds(cluster), ...syncIds(cluster)].flatMap(({ path, what, heard }): Mistake[] => {
          const places = [...networks].flatMap((network) =>
            heard.map((each) => JSON.stringify([network, what, each])),
          );
          const other = places
            .map((place) => first.get(place))
            .find((each) => each !== undefined && !shareDirector(cluster, each));
          for (const place of places) if (!first.has(place)) first.set(place, cluster);
          if (other === undefined) return [];
          const message = `${other.name} is on the same network, and has the same ${what}`;
          return [{ path, message, hint: 'write another number in one of the two' }];
        });
      });
    },
  },
];

/** The network of a director's own address of a family, if the inventory has it. */
function directorNetwork(cluster: Cluster, director: Director, family?: AddressFamily): Network | undefined {
  const { address, address6, prefix6 } = director;
  if (family !== undefined && familyOf(address) !== family)
    return address6 === undefined || prefix6 === undefined ? undefined : networkOf(address6, prefix6);
  const prefix = prefixTold({ cluster, director });
  return prefix === undefined ? undefined : networkOf(address, prefix);
}

/** LVS079 and LVS048 speak of clusters with a common director. */
function shareDirector(one: Cluster, other: Cluster): boolean {
  return one.directors.some(({ name }) => other.directors.some((director) => director.name === name));
}

interface NetworkId {
  readonly path: Path;
  /** The id as the inventory has it. */
  readonly what: string;
  /** One of these must be equal, too, for one pair to hear the other. */
  readonly heard: readonly string[];
}

/** Pairs that talk by unicast hear their own partners only; VRRP for IPv4 and VRRP for IPv6 are apart (RFC 5798). */
function routerIds({ failover, vips }: Cluster): NetworkId[] {
  if (failover === undefined || failover.transport === 'unicast') return [];
  const families = new Set(vips.map(({ address }) => familyOf(address)));
  return scoped(failoverFactsOf(failover.engine).scope, 'distinct').map((key) => ({
    path: [...failover.at, writtenAs(key)],
    what: `${writtenAs(key)} ${JSON.stringify(failover[key])}`,
    heard: [...families].map((family) => [failover.engine, failover.interface ?? '', family].join(' ')),
  }));
}

function syncIds({ sync }: Cluster): NetworkId[] {
  if (sync === undefined) return [];
  const { at, id, group, port } = sync;
  const heard = [`${endpoint(group, port)} ${sync.interface ?? ''}`];
  return [{ path: [...at, 'id'], what: `sync id ${id}`, heard }];
}
