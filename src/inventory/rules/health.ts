import type { ServiceFeature } from '../../engines/facts-shape.ts';
import { listed, mailers } from '../../model/engine-words.ts';
import { healthDaemons, healthFactsOf } from '../../model/health.ts';
import { eachWatched } from './checks.ts';
import type { Rule } from './rule.ts';

/** Rules about who watches the real servers. */
export const healthRules: readonly Rule[] = [
  {
    id: 'LVS077',
    severity: 'warning',
    title: 'a check that nobody makes',
    why: 'Without an engine nobody watches the real servers.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, health, at }) => {
        const services = shape.clusters[name]?.services ?? [];
        const index = services.findIndex(({ check }) => check !== undefined);
        return health.engine === 'none' && index >= 0
          ? [
              {
                path: [...at, 'services', index, 'check'],
                message: `${name} has no health engine that makes it`,
                hint: 'add health: { engine: keepalived }',
              },
            ]
          : [];
      }),
  },
  {
    id: 'LVS096',
    severity: 'error',
    title: 'nobody to write the mail',
    why: `Mail about real servers is written by ${listed(mailers)}.`,
    check: ({ clusters }) =>
      clusters.flatMap(({ health: { alert, engine } }) =>
        alert === undefined || mailers.some((each) => each === engine)
          ? []
          : [
              {
                path: alert.at,
                message:
                  engine === 'none' ? 'without an engine nobody writes mail' : `${engine} writes no mail`,
                hint: `use engine: ${mailers.join(' or ')}`,
              },
            ],
      ),
  },
  {
    id: 'LVS087',
    severity: 'warning',
    title: 'persistent clients stay with a real server that is out',
    why: 'With weight 0 a real server keeps its persistent clients, dead or not, unless net.ipv4.vs.expire_quiescent_template is 1 (ip_vs sysctl documentation).',
    check: ({ clusters }) =>
      clusters
        .filter(
          ({ health, services, tunables }) =>
            health.engine !== 'none' &&
            health.quiesce &&
            services.some(({ persistence }) => persistence !== undefined) &&
            tunables['expire_quiescent_template'] !== '1',
        )
        .map(({ health }) => ({
          path: [...health.at, 'quiesce'],
          message: 'a persistent client would be sent to a dead real server until its time is over',
          hint: 'add tunables: { expire_quiescent_template: 1 }, or remove quiesce',
        })),
  },
  {
    id: 'LVS083',
    severity: 'error',
    title: 'the health engine cannot make this service',
    why: 'The engine makes the table from its own configuration, and has no words for some of what ipvsadm has (ldirectord(8)).',
    check: (inventory) =>
      eachWatched(inventory, (engine, { at, places, persistence, destinations }) => {
        const needs: Record<ServiceFeature, boolean> = {
          sctp: places.some(({ protocol }) => protocol === 'sctp'),
          'persistence engine': persistence?.engine !== undefined,
          'gue and gre': destinations.some(({ mode, tunnel }) => mode === 'tun' && tunnel.type !== 'ipip'),
        };
        const missing = healthFactsOf(engine).lacks.filter((feature) => needs[feature]);
        const able = healthDaemons.filter((each) =>
          healthFactsOf(each).lacks.every((feature) => !needs[feature]),
        );
        return missing.length > 0
          ? [
              {
                path: at,
                message: `${engine} has no words for ${missing.map((feature) => features[feature]).join(', ')}`,
                hint: `use engine: ${able.join(' or ')}`,
              },
            ]
          : [];
      }),
  },
];

const features: Readonly<Record<ServiceFeature, string>> = {
  sctp: 'SCTP',
  'persistence engine': 'a persistence engine',
  'gue and gre': 'GUE and GRE',
};
