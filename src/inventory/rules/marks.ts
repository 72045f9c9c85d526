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
    why: 'A virtual service is an address and a port, or a firewall mark. ports and vips stand for several services of one port. With a mark, ports, vips and protocol say which packets the director marks.',
    check: (_, shape) =>
      Object.entries(shape.clusters).flatMap(([name, { services }]) =>
        services.flatMap(({ mark, port, ports, vip, vips, protocol }, index): Mistake | Mistake[] => {
          const path = ['clusters', name, 'services', index];
          if (vip !== undefined && vips !== undefined)
            return { path, message: 'the service has both vip and vips', hint: 'keep one of them' };
          const both = port !== undefined && mark !== undefined;
          if (both || (port === undefined && mark === undefined && ports === undefined)) {
            return {
              path,
              message: both ? 'the service has both port and mark' : 'the service has neither port nor mark',
              hint: both ? 'keep one of them; a service with a mark has ports: [80, 443]' : 'add port: 80',
            };
          }
          if (port !== undefined && ports !== undefined)
            return { path, message: 'the service has both port and ports', hint: 'keep one of them' };
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
      eachService(inventory, ({ mark, places, at, portAt }) => {
        const wrong = places.find(({ first, last }) => first > last || last > 65_535);
        return wrong === undefined
          ? undefined
          : {
              path: mark === undefined ? portAt : [...at, 'ports'],
              message: `${wrong.first}${wrong.last === wrong.first ? '' : `-${wrong.last}`} is not a valid range of ports`,
              hint: 'use 1 to 65535, the smaller one first',
            };
      }),
  },
  {
    id: 'LVS120',
    severity: 'error',
    title: 'a range of ports without a firewall mark',
    why: 'Without a mark each port is a virtual service of its own, with its own checks and its own place in the kernel’s table. A range is one service only by a firewall mark.',
    check: (inventory) =>
      eachService(inventory, ({ mark, places: [place], portAt }) =>
        mark === undefined && place!.first < place!.last
          ? {
              path: portAt,
              message: `the range ${place!.first}-${place!.last} needs a mark`,
              hint: 'add mark: 1, or list the ports one by one',
            }
          : undefined,
      ),
  },
  {
    id: 'LVS121',
    severity: 'error',
    title: 'a protocol without effect',
    why: 'A port with a protocol of its own (53/udp) does not take the protocol of the service.',
    check: (_, shape) =>
      Object.entries(shape.clusters).flatMap(([name, { services }]) =>
        services.flatMap(({ ports, protocol }, index): Mistake | Mistake[] =>
          protocol !== undefined && ports?.every((each) => String(each).includes('/')) === true
            ? {
                path: ['clusters', name, 'services', index, 'protocol'],
                message: 'each of these ports has a protocol of its own',
                hint: 'remove protocol, or write the ports without theirs',
              }
            : [],
        ),
      ),
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
