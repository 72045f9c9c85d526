import { fencers, listed } from '../../model/engine-words.ts';
import { eachPair } from './failover.ts';
import type { Rule } from './rule.ts';

/** Rules about engines that take the power of a director, and about whom they fence. */
export const clusterManagerRules: readonly Rule[] = [
  {
    id: 'LVS090',
    severity: 'warning',
    title: 'nobody takes the power of a director that went silent',
    why: 'Two directors that do not hear one another may both hold the VIPs. Pacemaker answers that by fencing; without it, or with one that only asks the other over the network, nothing does.',
    check: (inventory) =>
      eachPair(inventory, ({ name, failover: { at, engine, fencing } }) => {
        if (!fencers.includes(engine)) return [];
        const [first] = fencing;
        if (first === undefined)
          return [
            {
              path: at,
              message: `${name} has no fencing`,
              hint: 'add fencing: [{ agent: fence_ipmilan, ... }]',
            },
          ];
        return fencing
          .filter(({ agent }) => /(^|\/)(ssh|null)$/.test(agent))
          .map((device) => ({
            path: device.at,
            message: `${device.agent} is for labs: it asks the host that does not answer`,
            hint: 'use a device of its own: fence_ipmilan, external/ipmi, a power switch',
          }));
      }),
  },
  {
    id: 'LVS091',
    severity: 'error',
    title: 'a fencing device that does not fit',
    why: `Fencing is ${listed(fencers.map((engine) => `${engine}’s`))}; it fences directors of its own cluster.`,
    check: (inventory) =>
      eachPair(inventory, ({ directors, failover: { engine, fencing } }) =>
        fencing.flatMap(({ at, hosts }) => {
          const stranger = hosts.find((host) => !directors.some(({ name }) => name === host));
          return [
            ...(fencers.includes(engine)
              ? []
              : [
                  {
                    path: at,
                    message: `${engine} has no fencing devices`,
                    hint: `use engine: ${fencers[0]}`,
                  },
                ]),
            ...(stranger === undefined
              ? []
              : [
                  {
                    path: [...at, 'hosts'],
                    message: `there is no director ${stranger}`,
                    hint: 'name directors',
                  },
                ]),
          ];
        }),
      ),
  },
];
