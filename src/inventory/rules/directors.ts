import { tracksConnections } from '../../model/forwarding.ts';
import { tunables } from '../../model/tunables.ts';
import { didYouMean } from '../../text/suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about settings of a whole director. */
export const directorRules: readonly Rule[] = [
  {
    id: 'LVS047',
    severity: 'error',
    title: 'an unknown tunable',
    why: 'A tunable is a kernel parameter below net.ipv4.vs. One that the kernel does not have would be without effect.',
    check: ({ clusters }) =>
      clusters.flatMap(({ at, tunables: written }) =>
        Object.keys(written)
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
    title: 'connection tracking is needed but switched off',
    why: 'FULLNAT’s source NAT and the FTP helper use the kernel’s connection tracking, so lvsform sets net.ipv4.vs.conntrack to 1.',
    check: ({ clusters }) =>
      clusters
        .filter((cluster) => cluster.tunables['conntrack'] === '0' && tracksConnections(cluster))
        .map(({ at }) => ({
          path: [...at, 'tunables', 'conntrack'],
          message: 'conntrack: 0 does not work with FULLNAT or helper: ftp',
          hint: 'remove it: lvsform sets it to 1',
        })),
  },
  {
    id: 'LVS070',
    severity: 'warning',
    title: 'connection sync without a standby director',
    why: 'Connection sync sends the connections to a standby director. A cluster with one director has none.',
    check: ({ clusters }) =>
      clusters
        .filter(({ sync, directors }) => sync !== undefined && directors.length === 1)
        // With a failover engine, another rule refuses this (LVS078).
        .filter(({ failover }) => failover === undefined)
        .map(({ sync, name }) => ({
          path: sync!.at,
          message: `${name} has one director`,
          hint: 'add a standby director, or remove sync',
        })),
  },
];
