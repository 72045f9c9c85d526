import type { Finding } from '../problem.ts';
import { eachPair } from './failover.ts';
import type { Rule } from './rule.ts';

/** Rules about what each failover engine can be told. */
export const failoverEngineRules: readonly Rule[] = [
  {
    id: 'LVS084',
    severity: 'error',
    title: 'keepalived cannot do this',
    why: 'VRRP is a protocol of its own without ports, by multicast or unicast; it counts the time of silence in intervals, of which there are up to 100, and an interval is at most 40 s where it is not a whole number (keepalived.conf(5), RFC 5798).',
    check: (inventory) =>
      eachPair(inventory, ({ failover }) => {
        const { at, engine, transport, port, interval, deadTime, pings } = failover;
        if (engine !== 'keepalived') return [];
        const count = deadTime / interval;
        return [
          ...(pings.length > 0
            ? [
                {
                  path: [...at, 'ping'],
                  message: 'VRRP asks nobody else',
                  hint: 'use script: /usr/bin/ping -c 1 -W 1 ADDRESS',
                },
              ]
            : []),
          ...(transport === 'broadcast'
            ? [
                {
                  path: [...at, 'transport'],
                  message: 'VRRP has no broadcast',
                  hint: 'use unicast or multicast',
                },
              ]
            : []),
          ...(port === undefined
            ? []
            : [{ path: [...at, 'port'], message: 'VRRP has no port', hint: 'remove port' }]),
          ...(count < 1 || count > 100
            ? [
                {
                  path: [...at, 'dead_time'],
                  message: `${deadTime} s are ${count < 1 ? 'less than one interval' : 'more than 100 intervals'} of ${interval} s`,
                  hint: `use ${3 * interval}`,
                },
              ]
            : []),
          ...(interval > 40 && !Number.isInteger(interval)
            ? [
                {
                  path: [...at, 'interval'],
                  message: `${interval} s is too long`,
                  hint: 'use a whole number',
                },
              ]
            : []),
        ];
      }),
  },
  {
    id: 'LVS089',
    severity: 'error',
    title: 'heartbeat cannot do this',
    why: 'heartbeat’s first style is for two nodes, takes a node’s services as one, and looks at nothing but other nodes and ping nodes (ha.cf(5)). What watches a service there belongs into health.',
    check: (inventory) =>
      eachPair(inventory, ({ failover, directors, name, health }) => {
        if (failover.engine !== 'heartbeat') return [];
        const { at, interfaces, script, notify, directives } = failover;
        const others = inventory.clusters.filter(
          (other) =>
            other.name !== name &&
            other.directors.some((each) => directors.some((own) => own.name === each.name)),
        );
        const finding = (key: string, message: string, hint: string): Finding => ({
          path: [...at, key],
          message,
          hint,
        });
        return [
          ...(interfaces.length > 0
            ? [finding('interfaces', 'heartbeat watches no interfaces', 'use ping: [ADDRESS]')]
            : []),
          ...(script === undefined
            ? []
            : [finding('script', 'heartbeat calls no script', 'use engine: keepalived or ping')]),
          ...(notify === undefined
            ? []
            : [finding('notify', 'heartbeat notifies nobody', 'use engine: keepalived')]),
          ...(directives.instance.length > 0
            ? [finding('directives', 'heartbeat has no instance', 'use global')]
            : []),
          ...(directors.length > 2
            ? [finding('engine', `${name} has ${directors.length} directors`, 'use engine: keepalived')]
            : []),
          ...(others.length > 0 && health.engine === 'ldirectord'
            ? [
                finding(
                  'engine',
                  `${others[0]!.name} has one of its directors, too`,
                  'use health: { engine: monitor }, or other directors',
                ),
              ]
            : []),
          ...(failover.deadTime <= failover.interval
            ? [
                finding(
                  'dead_time',
                  `${failover.deadTime} s are not more than one interval`,
                  `use ${5 * failover.interval}`,
                ),
              ]
            : []),
        ];
      }),
  },
  {
    id: 'LVS093',
    severity: 'error',
    title: 'a setting of another engine',
    why: 'crm is heartbeat’s, corosync and its quorum device are pacemaker’s, sync groups are VRRP’s; corosync 1 has multicast only, and corosync 3 no encryption but over knet.',
    check: (inventory, shape) =>
      eachPair(inventory, ({ name, failover: { at, engine, transport } }) => {
        const told = shape.clusters[name]?.failover;
        return [
          ...(told?.crm === true && engine !== 'heartbeat'
            ? [{ path: [...at, 'crm'], message: `${engine} has no crm`, hint: 'remove it' }]
            : []),
          ...(told?.corosync !== undefined && engine !== 'pacemaker'
            ? [{ path: [...at, 'corosync'], message: `${engine} has no corosync`, hint: 'remove it' }]
            : []),
          ...(told?.agent_timeout !== undefined && engine !== 'pacemaker' && told.crm !== true
            ? [
                {
                  path: [...at, 'agent_timeout'],
                  message: `${engine} gives its agents no time to keep`,
                  hint: 'remove it',
                },
              ]
            : []),
          ...(told?.sync_group !== undefined && engine !== 'keepalived'
            ? [{ path: [...at, 'sync_group'], message: `${engine} has no sync groups`, hint: 'remove it' }]
            : []),
          ...(told?.quorum_device !== undefined && (engine !== 'pacemaker' || told.corosync === 1)
            ? [
                {
                  path: [...at, 'quorum_device'],
                  message: `${engine === 'pacemaker' ? 'corosync 1' : engine} has no quorum device`,
                  hint: 'remove it, or use engine: pacemaker with corosync 2 or 3',
                },
              ]
            : []),
          ...(told?.corosync === 1 && transport !== 'multicast'
            ? [
                {
                  path: [...at, 'corosync'],
                  message: 'corosync 1 speaks by multicast',
                  hint: 'add transport: multicast',
                },
              ]
            : []),
        ];
      }),
  },
];
