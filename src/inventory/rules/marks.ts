import type { VirtualService } from '../../model/cluster.ts';
import { placeName, serviceKey, serviceName } from '../../model/service-key.ts';
import type { Finding } from '../problem.ts';
import { eachService } from './options.ts';
import type { Rule } from './rule.ts';

/** Rules about firewall marks. */
export const markRules: readonly Rule[] = [
  {
    id: 'LVS044',
    severity: 'error',
    title: 'a service that is known by nothing, or in two ways',
    why: 'A virtual service is an address and a port, or a firewall mark; ports and vips say what is to be marked.',
    check: (_, shape) =>
      Object.entries(shape.clusters).flatMap(([name, { services }]) =>
        services.flatMap(({ mark, port, ports, vips, protocol }, index): Finding[] => {
          const path = ['clusters', name, 'services', index];
          const both = port !== undefined && mark !== undefined;
          if (both || (port === undefined && mark === undefined)) {
            return [
              {
                path,
                message: both ? 'a service has a port and a mark' : 'a service has neither port nor mark',
                hint: both ? 'keep one of them; what is marked is said by ports' : 'add port: 80',
              },
            ];
          }
          if (mark === undefined && (ports !== undefined || vips !== undefined)) {
            return [
              { path, message: 'ports and vips belong to a mark', hint: 'use port and vip, or add mark: 1' },
            ];
          }
          if (mark !== undefined && ports === undefined && protocol === undefined) {
            return [
              {
                path,
                message: `what is marked with ${mark} is not told`,
                hint: 'add ports: [80, 443], or protocol: tcp for every port',
              },
            ];
          }
          return [];
        }),
      ),
  },
  {
    id: 'LVS045',
    severity: 'error',
    title: 'two services want the same packets',
    why: 'A packet that is marked goes to its mark’s service and to no other (ip_vs_service_find looks for the mark first), and it bears one mark.',
    check: ({ clusters }) => {
      const all = clusters.flatMap(({ services }) => services);
      return all
        .filter(({ mark }) => mark !== undefined)
        .flatMap((marked): Finding[] => {
          const rival = all.find(
            (other) =>
              serviceKey(other) !== serviceKey(marked) &&
              isBefore(other, marked, all) &&
              overlaps(other, marked),
          );
          if (rival === undefined) return [];
          return [
            {
              path: marked.at,
              message: `${serviceName(marked)} wants packets of ${serviceName(rival)}, too: ${placeName(overlaps(rival, marked)!)}`,
              hint: 'let each port of a VIP belong to one service',
            },
          ];
        });
    },
  },
  {
    id: 'LVS073',
    severity: 'error',
    title: 'a range of ports that is none',
    why: 'Ports are 1 to 65535, and a range begins with the smaller one.',
    check: (inventory) =>
      eachService(inventory, ({ mark, places, at }) => {
        const wrong = places.find(({ first, last }) => first > last || last > 65_535);
        return mark === undefined || wrong === undefined
          ? undefined
          : {
              path: [...at, 'ports'],
              message: `${wrong.first}${wrong.last === wrong.first ? '' : `-${wrong.last}`} is no range of ports`,
              hint: 'use 1 to 65535, the smaller one first',
            };
      }),
  },
];

/** So that of two marked services one is told, and of a marked and another one the marked. */
function isBefore(other: VirtualService, marked: VirtualService, all: readonly VirtualService[]): boolean {
  return other.mark === undefined || all.indexOf(other) < all.indexOf(marked);
}

/** A place of `a` that has ports of a place of `b`. */
function overlaps(a: VirtualService, b: VirtualService): VirtualService['places'][number] | undefined {
  return a.places.find(({ protocol, vip, first, last }) =>
    b.places.some(
      (other) =>
        other.protocol === protocol &&
        other.vip === vip &&
        (first === 0 || other.first === 0 || (first <= other.last && other.first <= last)),
    ),
  );
}
