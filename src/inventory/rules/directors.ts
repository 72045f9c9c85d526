import type { Cluster } from '../../model/cluster.ts';
import { tracksConnections } from '../../model/forwarding.ts';
import { tunables, tunablesOf } from '../../model/tunables.ts';
import type { Finding } from '../problem.ts';
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
    id: 'LVS048',
    severity: 'error',
    title: 'two clusters want one director in two ways',
    why: 'Timeouts, tunables and the synchronisation of connections belong to the whole director, not to one of its clusters.',
    check: ({ clusters }) => {
      const first = new Map<string, Cluster>();
      return clusters.flatMap((cluster) =>
        cluster.directors.flatMap(({ name }): Finding[] => {
          const other = first.get(name);
          first.set(name, other ?? cluster);
          const key =
            other === undefined ? undefined : wholeDirector.find((each) => quarrel(each, other, cluster));
          return key === undefined
            ? []
            : [
                {
                  path: [...cluster.at, key],
                  message: `${name} has other ${key} in ${other!.name}`,
                  hint: 'write the same in both clusters',
                },
              ];
        }),
      );
    },
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

const wholeDirector = ['timeouts', 'tunables', 'sync'] as const;

function quarrel(key: (typeof wholeDirector)[number], a: Cluster, b: Cluster): boolean {
  if (key === 'tunables') {
    const first = new Map(tunablesOf(a).map(({ name, value }) => [name, value]));
    return tunablesOf(b).some(({ name, value }) => (first.get(name) ?? value) !== value);
  }
  const [first, second] = [a[key], b[key]].map((each) =>
    each === undefined ? undefined : JSON.stringify({ ...each, at: undefined }),
  );
  return first !== undefined && second !== undefined && first !== second;
}
