import type { FailoverEngine } from '../../model/failover.ts';
import { eachPair } from './failover.ts';
import type { Rule } from './rule.ts';

/** Rules about pacemaker and cman, and about whom they fence. */
export const clusterManagerRules: readonly Rule[] = [
  {
    id: 'LVS090',
    severity: 'warning',
    title: 'nobody takes the power of a director that went silent',
    why: 'Two directors that do not hear one another may both hold the VIPs. Pacemaker answers that by fencing; without it, or with one that only asks the other over the network, nothing does.',
    check: (inventory) =>
      eachPair(inventory, ({ name, failover: { at, engine, fencing } }) => {
        if (!fences(engine)) return [];
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
    why: 'Fencing is pacemaker’s and cman’s; it fences directors of its own cluster.',
    check: (inventory) =>
      eachPair(inventory, ({ directors, failover: { engine, fencing } }) =>
        fencing.flatMap(({ at, hosts }) => {
          const stranger = hosts.find((host) => !directors.some(({ name }) => name === host));
          return [
            ...(fences(engine)
              ? []
              : [{ path: at, message: `${engine} has no fencing devices`, hint: 'use engine: pacemaker' }]),
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
  {
    id: 'LVS092',
    severity: 'error',
    title: 'a cluster manager is not told this here',
    why: 'What watches a service belongs into health, what else pacemaker shall run into its CIB under ids of your own, which are left alone. cman’s document is rendered whole; directives: { global: [...] } are lines of your own in it.',
    check: (inventory) =>
      eachPair(inventory, ({ failover }) => {
        const { at, engine, interfaces, script, notify, pings, directives, transport } = failover;
        if (!fences(engine)) return [];
        const told = {
          interfaces: interfaces.length > 0,
          ping: pings.length > 0,
          script: script !== undefined,
          notify: notify !== undefined,
          directives: directives.instance.length > 0,
          transport: transport === 'broadcast' && engine === 'pacemaker',
        };
        return Object.entries(told)
          .filter(([, wrong]) => wrong)
          .map(([key]) => ({
            path: [...at, key],
            message: `${engine} takes no ${key}${key === 'transport' ? ': broadcast' : ''}`,
            hint:
              key === 'transport'
                ? 'use unicast'
                : engine === 'cman'
                  ? 'remove it'
                  : 'remove it, and add a resource of your own to the CIB',
          }));
      }),
  },
];

/** True for the cluster managers: what they do not hear of has to be off before they take over. */
function fences(engine: FailoverEngine): boolean {
  return engine === 'pacemaker' || engine === 'cman';
}
