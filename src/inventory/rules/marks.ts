import type { VirtualService } from '../../model/cluster.ts';
import { placeName, serviceKey, serviceName } from '../../model/service-key.ts';
import { groupedBy } from '../../text/groups.ts';
import type { Mistake } from '../problem.ts';
import { eachService } from './each.ts';
import { takesEveryPort } from './options.ts';
import type { Rule } from './rule.ts';

/** Rules about firewall marks. */
export const markRules: readonly Rule[] = [
  {
    id: 'LVS044',
    severity: 'error',
    title: 'a service needs either a port or a mark',
    why: 'A virtual service is an address and a port, or a firewall mark. With a mark, ports, vips and protocol say which packets the director marks.',
    check: (_, shape) =>
      Object.entries(shape.clusters).flatMap(([name, { services }]) =>
        services.flatMap(({ mark, port, ports, vips, protocol }, index): Mistake | Mistake[] => {
          const path = ['clusters', name, 'services', index];
          const both = port !== undefined && mark !== undefined;
          if (both || (port === undefined && mark === undefined)) {
            return {
              path,
              message: both ? 'the service has both port and mark' : 'the service has neither port nor mark',
              hint: both ? 'keep one of them; a service with a mark has ports: [80, 443]' : 'add port: 80',
            };
          }
          if (mark === undefined && (ports !== undefined || vips !== undefined)) {
            return { path, message: 'ports and vips need a mark', hint: 'use port and vip, or add mark: 1' };
          }
          if (mark !== undefined && ports === undefined && protocol === undefined) {
            return {
              path,
              message: `mark ${mark} has neither ports nor protocol`,
              hint: 'add ports: [80, 443], or protocol: tcp for every port',
            };
          }
          return [];
        }),
      ),
  },
  {
    id: 'LVS045',
    severity: 'error',
    title: 'two services claim the same packets',
    why: 'A packet has one mark. The kernel gives a marked packet to the service of that mark and to no other (ip_vs_service_find looks for the mark first).',
    check: ({ clusters }) => {
      // Of port 0 without persistence LVS038 speaks.
      const all = clusters.flatMap(({ services }) => services).filter((each) => !takesEveryPort(each));
      const order = new Map(all.map((each, index) => [each, index] as const));
      const onVip = groupedBy(all, ({ places }) => new Set(places.map(({ vip }) => vip)));
      return all
        .filter(({ mark }) => mark !== undefined)
        .flatMap((marked): Mistake | Mistake[] => {
          const around = new Set(marked.places.flatMap(({ vip }) => onVip.get(vip) ?? []));
          // Of two services with a firewall mark the later one is reported; if only one has a mark, that one.
          const rival = [...around]
            .toSorted((a, b) => order.get(a)! - order.get(b)!)
            .find(
              (other) =>
                serviceKey(other) !== serviceKey(marked) &&
                (other.mark === undefined || order.get(other)! < order.get(marked)!) &&
                overlaps(other, marked),
            );
          if (rival === undefined) return [];
          return {
            path: marked.at,
            message: `${serviceName(marked)} and ${serviceName(rival)} both claim ${placeName(overlaps(rival, marked)!)}`,
            hint: 'give each port of a VIP to one service only',
          };
        });
    },
  },
  {
    id: 'LVS073',
    severity: 'error',
    title: 'an invalid range of ports',
    why: 'Ports are 1 to 65535, and a range begins with the smaller port.',
    check: (inventory) =>
      eachService(inventory, ({ mark, places, at }) => {
        const wrong = places.find(({ first, last }) => first > last || last > 65_535);
        return mark === undefined || wrong === undefined
          ? undefined
          : {
              path: [...at, 'ports'],
              message: `${wrong.first}${wrong.last === wrong.first ? '' : `-${wrong.last}`} is not a valid range of ports`,
              hint: 'use 1 to 65535, the smaller one first',
            };
      }),
  },
];

/** A place of `a` that shares ports with a place of `b`. */
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
