import { fencers, listed } from '../../model/engine-words.ts';
import { eachPair } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about fencing. */
export const clusterManagerRules: readonly Rule[] = [
  {
    id: 'LVS090',
    severity: 'warning',
    title: 'a silent director is not fenced',
    why: 'Two directors that do not hear one another may both hold the VIPs. A cluster manager prevents this by fencing: it switches the silent director off. Without a fencing device, or with one that only asks the silent director over the network, nothing prevents it.',
    check: (inventory) =>
      eachPair(inventory, ({ name, failover: { at, engine, fencing } }) => {
        if (!fencers.includes(engine)) return [];
        const [first] = fencing;
        if (first === undefined)
          return {
            path: at,
            message: `${name} has no fencing`,
            hint: 'add fencing: [{ agent: fence_ipmilan, ... }]',
          };
        return fencing
          .filter(({ agent }) => /(^|\/)(ssh|null)$/.test(agent))
          .map((device) => ({
            path: device.at,
            message: `${device.agent} is only for labs: it cannot switch off a host that does not answer`,
            hint: 'use a separate device: fence_ipmilan, external/ipmi, a power switch',
          }));
      }),
  },
  {
    id: 'LVS091',
    severity: 'error',
    title: 'a fencing device that cannot work',
    why: `Only ${listed(fencers)} fence, and only the directors of their own cluster.`,
    check: (inventory) =>
      eachPair(inventory, ({ directors, failover: { engine, fencing } }) => {
        const unfit = fencing
          .filter(() => !fencers.includes(engine))
          .map(({ at }) => ({
            path: at,
            message: `${engine} has no fencing devices`,
            hint: `use engine: ${fencers[0]}`,
          }));
        // Of a missing second director LVS078 speaks.
        if (directors.length < 2) return unfit;
        const strangers = fencing.flatMap(({ at, hosts }) => {
          const stranger = hosts.find((host) => !directors.some(({ name }) => name === host));
          return stranger === undefined ? [] : [{ at, stranger }];
        });
        return [
          ...unfit,
          ...strangers.map(({ at, stranger }) => ({
            path: [...at, 'hosts'],
            message: `there is no director ${stranger}`,
            hint: 'name directors of this cluster',
          })),
        ];
      }),
  },
];
