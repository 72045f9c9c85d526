import type { ServiceFeature } from '../../engines/facts-shape.ts';
import type { Cluster } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import { listed, mailers } from '../../model/engine-words.ts';
import { healthDaemons, healthFactsOf } from '../../model/health.ts';
import { tunables } from '../../model/tunables.ts';
import { nearest } from '../../text/suggest.ts';
import { eachCluster, eachWatched } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about health engines. */
export const healthRules: readonly Rule[] = [
  {
    id: 'LVS077',
    severity: 'warning',
    title: 'a check without a health engine',
    why: 'Without a health engine nothing watches the real servers.',
    check: (inventory, shape) =>
      eachCluster(inventory, ({ name, health, at }) => {
        const services = shape.clusters[name]?.services ?? [];
        const index = services.findIndex(({ check }) => check !== undefined);
        return health.engine === 'none' && index >= 0
          ? {
              path: [...at, 'services', index, 'check'],
              message: `${name} has no health engine to run this check`,
              hint: 'add health: { engine: keepalived }',
            }
          : undefined;
      }),
  },
  {
    id: 'LVS096',
    severity: 'error',
    title: 'the health engine sends no mail',
    why: `Only ${listed(mailers)} send mail about real servers.`,
    check: (inventory) =>
      eachCluster(inventory, ({ health: { alert, engine } }) =>
        alert === undefined || mailers.some((each) => each === engine)
          ? undefined
          : {
              path: alert.at,
              message:
                engine === 'none' ? 'without a health engine no mail is sent' : `${engine} sends no mail`,
              hint: `use engine: ${mailers.join(' or ')}`,
            },
      ),
  },
  {
    id: 'LVS087',
    severity: 'warning',
    title: 'persistent clients stay with a real server that is out',
    why: 'A real server with weight 0 keeps its persistent clients, even if it is dead, unless net.ipv4.vs.expire_quiescent_template is 1 (ip_vs sysctl documentation).',
    check: ({ clusters }) =>
      clusters
        .filter(
          ({ health, services, tunables: written }) =>
            health.engine !== 'none' &&
            health.quiesce &&
            services.some(({ persistence }) => persistence !== undefined) &&
            !expiresTemplates(written),
        )
        .map(({ health }) => ({
          path: [...health.at, 'quiesce'],
          message: 'persistent clients would be sent to a dead real server until their persistence ends',
          hint: 'add tunables: { expire_quiescent_template: 1 }, or remove quiesce',
        })),
  },
  {
    id: 'LVS113',
    severity: 'warning',
    title: 'datagrams of a client stay with a real server that is out',
    why: 'The kernel knows a new TCP connection by its SYN, and schedules it afresh. A datagram has no such mark: it belongs to its client’s entry as long as that lives, and each datagram renews it (ip_vs_core.c, is_new_conn). A client that keeps its port, as DNS forwarders and VPN clients do, so stays with a real server of weight 0 for ever, even if that is dead (measured, Linux 6.1).',
    check: (inventory) =>
      eachCluster(inventory, ({ health, services }) => {
        if (health.engine === 'none' || !health.quiesce) return undefined;
        const keeps = services.filter(
          ({ onePacket, places }) => !onePacket && places.some(({ protocol }) => protocol === 'udp'),
        );
        if (keeps.length === 0) return undefined;
        const straight = keeps.every(({ destinations }) =>
          destinations.every(({ mode }) => isStraight(mode)),
        );
        return {
          path: [...health.at, 'quiesce'],
          message: 'a client that keeps its UDP port would be sent to a dead real server for ever',
          hint: straight
            ? 'remove quiesce, or write one_packet: true where each datagram of the service stands alone'
            : 'remove quiesce',
        };
      }),
  },
  {
    id: 'LVS083',
    severity: 'error',
    title: 'the health engine does not support this service',
    why: 'A health engine fills the kernel’s table from its own configuration, and does not support everything that ipvsadm does (ldirectord(8)).',
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
          ? {
              path: at,
              message: `${engine} does not support ${missing.map((feature) => features[feature]).join(', ')}`,
              hint: `use engine: ${able.join(' or ')}`,
            }
          : undefined;
      }),
  },
];

/** True where the tunable for it is on, or was meant to be: of a misspelt one LVS047 speaks. */
function expiresTemplates(written: Cluster['tunables']): boolean {
  const name = 'expire_quiescent_template';
  const strange = Object.keys(written).filter((each) => !tunables.has(each));
  return written[name] === '1' || strange.some((each) => nearest(each, tunables.keys()) === name);
}

const features: Readonly<Record<ServiceFeature, string>> = {
  sctp: 'SCTP',
  'persistence engine': 'a persistence engine',
  'gue and gre': 'GUE and GRE',
};
