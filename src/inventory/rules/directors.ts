import { tracksConnections } from '../../model/forwarding.ts';
import { tunables } from '../../model/tunables.ts';
import { didYouMean } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about what is told to a director as a whole. */
export const directorRules: readonly Rule[] = [
  {
    id: 'LVS047',
    severity: 'error',
    title: 'an unknown tunable',
    why: 'A parameter that the kernel does not have below net.ipv4.vs would be a setting that nobody applies.',
    check: ({ clusters }) =>
      clusters.flatMap(({ at, tunables: told }) =>
        Object.keys(told)
          .filter((name) => !tunables.has(name))
          .map((name) => ({
            path: [...at, 'tunables', name],
            message: `unknown tunable ${name}`,
            hint: didYouMean(name, [...tunables.keys()]),
          })),
      ),
  },
  {
    id: 'LVS068',
    severity: 'error',
    title: 'connection tracking is needed and switched off',
    why: 'FULLNAT’s source NAT and the FTP helper stand on the kernel’s connection tracking: net.ipv4.vs.conntrack is 1 with them.',
    check: ({ clusters }) =>
      clusters
        .filter((cluster) => cluster.tunables['conntrack'] === '0' && tracksConnections(cluster))
        .map(({ at }) => ({
          path: [...at, 'tunables', 'conntrack'],
          message: 'conntrack: 0 does not go with FULLNAT or helper: ftp',
          hint: 'leave it out: it is set to 1',
        })),
  },
  {
    id: 'LVS070',
    severity: 'warning',
    title: 'connections that nobody takes over',
    why: 'Synchronisation tells a standby director of the connections; with one director nobody listens.',
    check: ({ clusters }) =>
      clusters
        .filter(({ sync, directors }) => sync !== undefined && directors.length === 1)
        .map(({ sync, name }) => ({
          path: sync!.at,
          message: `${name} has one director`,
          hint: 'add a standby director, or remove sync',
        })),
  },
];
