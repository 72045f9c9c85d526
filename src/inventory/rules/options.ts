import type { VirtualService } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import { schedulerFlags, schedulers } from '../../model/schedulers.ts';
import { isNetmask } from '../../net/address.ts';
import { didYouMean } from '../../text/suggest.ts';
import { eachService } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about the options of a service. */
export const optionRules: readonly Rule[] = [
  {
    id: 'LVS032',
    severity: 'error',
    title: 'an unknown scheduler',
    why: 'The kernel refuses a scheduler for which it has no module. keepalived only warns, and uses wlc instead.',
    check: (inventory) =>
      eachService(inventory, ({ scheduler, at }) =>
        schedulers.includes(scheduler)
          ? undefined
          : {
              path: [...at, 'scheduler'],
              message: `unknown scheduler ${scheduler}`,
              hint: didYouMean(scheduler, schedulers),
            },
      ),
  },
  {
    id: 'LVS040',
    severity: 'error',
    title: 'a flag of another scheduler',
    why: 'ipvsadm accepts sh-fallback and sh-port only with the scheduler sh, and mh-fallback and mh-port only with mh.',
    check: (inventory) =>
      eachService(inventory, ({ scheduler, flags, at }) => {
        // Of an unknown scheduler LVS032 speaks.
        if (!schedulers.includes(scheduler)) return undefined;
        const stranger = flags.find((flag) => schedulerFlags.get(flag) !== scheduler);
        return stranger === undefined
          ? undefined
          : {
              path: [...at, 'flags'],
              message: `${stranger} is not a flag of ${scheduler}`,
              hint: `use scheduler: ${schedulerFlags.get(stranger)}, or remove the flag`,
            };
      }),
  },
  {
    id: 'LVS038',
    severity: 'error',
    title: 'port 0 without persistence',
    why: 'A service on port 0 takes connections to every port, and sends all connections of one client to one real server. The kernel accepts it only with persistence.',
    check: (inventory) =>
      // With helper: ftp, LVS046 asks for a port.
      eachService(inventory, (service) =>
        !takesEveryPort(service) || service.helper !== undefined
          ? undefined
          : {
              path: service.at,
              message: 'port 0 means every port, and needs persistence',
              hint: 'add persistence: 300, or name a port',
            },
      ),
  },
  {
    id: 'LVS039',
    severity: 'error',
    title: 'one-packet scheduling cannot work here',
    why: 'ipvsadm accepts one-packet scheduling only for UDP. Under NAT the director then keeps no connection by which it could rewrite the replies, so they never reach the client (measured).',
    check: (inventory) =>
      eachService(inventory, ({ onePacket, places, destinations, at }) => {
        if (!onePacket) return undefined;
        const path = [...at, 'one_packet'];
        const other = places.find(({ protocol }) => protocol !== 'udp');
        if (other !== undefined) {
          return {
            path,
            message: `one_packet does not work for ${other.protocol}`,
            hint: 'remove it, or use protocol: udp',
          };
        }
        const rewritten = destinations.find(({ mode }) => !isStraight(mode));
        return rewritten === undefined
          ? undefined
          : {
              path,
              message: `replies of ${rewritten.server} would not reach the client through NAT`,
              hint: 'use mode: dr or tun, or remove one_packet',
            };
      }),
  },
  {
    id: 'LVS041',
    severity: 'error',
    title: 'a persistence engine for another protocol',
    why: 'The persistence engine sip reads only SIP over UDP (ip_vs_pe_sip).',
    check: (inventory) =>
      // With one_packet, LVS039 asks for protocol: udp.
      eachService(inventory, ({ persistence, onePacket, places, at }) =>
        persistence?.engine === undefined || onePacket || places.every(({ protocol }) => protocol === 'udp')
          ? undefined
          : {
              path: [...at, 'persistence', 'engine'],
              message: `the persistence engine ${persistence.engine} needs protocol: udp`,
              hint: 'use protocol: udp, or remove the engine',
            },
      ),
  },
  {
    id: 'LVS043',
    severity: 'error',
    title: 'an invalid netmask',
    why: 'Persistence groups clients by the leading bits of their addresses. A netmask is a row of ones followed by zeros, or the number of ones.',
    check: (inventory) =>
      eachService(inventory, ({ persistence, family, at }) => {
        const netmask = persistence?.netmask;
        if (netmask === undefined) return undefined;
        const sound = family === 'ipv4' ? isNetmask(netmask) && netmask !== '0.0.0.0' : /^\d+$/.test(netmask);
        return sound
          ? undefined
          : {
              path: [...at, 'persistence', 'netmask'],
              message: `${netmask} is not a netmask for ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`,
              hint: family === 'ipv4' ? 'use 255.255.255.0, or 24' : 'use the number of bits: 64',
            };
      }),
  },
  {
    id: 'LVS042',
    severity: 'error',
    title: 'a lower threshold above the upper one',
    why: 'At the upper threshold a real server gets no more connections; below the lower one it gets new connections again. The kernel refuses a lower threshold above the upper one.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers, services }) => {
        const wrong = ({ upper, lower }: { upper: number; lower: number }): boolean => lower > upper;
        const own = realServers.filter(({ thresholds }) => wrong(thresholds));
        const ours = new Set(own.map(({ name }) => name));
        return [
          ...own.map(({ name, thresholds, at }) => ({ name, thresholds, at })),
          ...services
            .flatMap(({ destinations }) => destinations)
            .filter(({ thresholds, server }) => wrong(thresholds) && !ours.has(server))
            .map(({ server, thresholds, at }) => ({ name: server, thresholds, at })),
        ].map(({ name, thresholds, at }) => ({
          path: [...at, 'thresholds'],
          message: `${name}: the lower threshold ${thresholds.lower} is above the upper one (${thresholds.upper || 'none'})`,
          hint: 'set upper above lower, or remove lower: it is then 3/4 of upper',
        }));
      }),
  },
  {
    id: 'LVS046',
    severity: 'error',
    title: 'helper: ftp needs NAT and a TCP port',
    why: 'ip_vs_ftp rewrites the addresses that FTP sends in its commands. Only NAT needs this, and FTP uses only TCP. Under DR and TUN use port 0 with persistence, which sends the data connections to the same real server.',
    check: (inventory) =>
      eachService(inventory, ({ helper, places, destinations, at }) => {
        if (helper === undefined) return undefined;
        const straight = destinations.find(({ mode }) => isStraight(mode));
        if (places[0]!.protocol === 'tcp' && places[0]!.first > 0 && straight === undefined) return undefined;
        return {
          path: [...at, 'helper'],
          message:
            straight === undefined
              ? 'helper: ftp needs a TCP port'
              : `helper: ftp needs NAT, and ${straight.server} has mode: ${straight.mode}`,
          hint:
            straight === undefined
              ? 'use protocol: tcp and port: 21'
              : 'use port: 0 with persistence instead',
        };
      }),
  },
];

/** True for a service on port 0 without the persistence that the kernel wants there. */
export function takesEveryPort({ mark, places, persistence }: VirtualService): boolean {
  return mark === undefined && places[0]!.first === 0 && persistence === undefined;
}
