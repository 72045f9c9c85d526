import { z } from 'zod';
import { defaultWords, enginesHaving, fencers } from '../model/engine-words.ts';
import { failoverEngines, transports } from '../model/failover.ts';
import { lines, secret, text } from './shape-health.ts';
import {
  address,
  addressWithPrefix,
  hostName,
  interfaceName,
  multicastGroup,
  name,
  port,
} from './shape-values.ts';

const program = z
  .string()
  .regex(/^\/[^\n\r"]*$/, 'expected the absolute path of a program, with its arguments');

export const failover = z
  .strictObject({
    engine: z
      .enum(['none', ...failoverEngines])
      .optional()
      .describe('the engine that decides which director holds the VIPs; needed here or in defaults.failover'),
    interval: z
      .number()
      .min(0.01)
      .max(255)
      .optional()
      .describe(
        `seconds between two signs of life; default ${defaultWords(({ interval }) => String(interval))}`,
      ),
    dead_time: z
      .number()
      .min(0.05)
      .max(3600)
      .optional()
      .describe(
        `seconds of silence after which a director is dead; default, in intervals: ${defaultWords(({ deadIntervals }) => String(deadIntervals))}`,
      ),
    failback: z
      .union([
        z.boolean(),
        z.strictObject({
          // keepalived.conf(5): preempt_delay.
          delay: z
            .int()
            .min(1)
            .max(1000)
            .describe('keepalived: seconds that the preferred director waits before it takes them back'),
        }),
      ])
      .optional()
      .describe('the preferred director takes the VIPs back when it returns; default false'),
    transport: z
      .enum(transports)
      .optional()
      .describe('how the directors talk to one another; default unicast'),
    interface: interfaceName
      .optional()
      .describe('the interface for this; default: that of each director’s address'),
    second_link: z
      .strictObject({
        interface: interfaceName.optional().describe('heartbeat: its interface on both directors'),
        addresses: z.record(name, address).describe('each director’s address on that network'),
      })
      .optional()
      .describe(
        `${enginesHaving('second_link')}: a second network over which the directors talk to one another`,
      ),
    group: multicastGroup.optional().describe('multicast group'),
    port: port.optional().describe('UDP port; VRRP has none'),
    id: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe('keepalived: virtual_router_id, which no other pair on the network may have; default 51'),
    sync_group: name
      .optional()
      .describe(
        `${enginesHaving('sync_group')}: when one cluster of a sync group fails over, all of them do`,
      ),
    key: z
      .union([
        z.literal('generated').describe('in the encrypted file secrets.lvsform beside the inventory'),
        ...secret,
      ])
      .optional()
      .describe(
        `key by which the directors authenticate one another: generated (lvsform secrets), { env: NAME } or { command: ... }; default ${defaultWords(({ key }) => (key ? 'generated' : 'none'))}`,
      ),
    node_key: z
      .union([z.literal('generated'), z.literal('none'), ...secret])
      .optional()
      .describe(
        'secret from which an SSH key is made; with it the directors’ root users log in to one another; default: generated if a fencing device needs it (external/ssh), else none',
      ),
    gateway: z
      .union([
        addressWithPrefix,
        z.strictObject({ address: addressWithPrefix, interface: interfaceName.optional() }),
      ])
      .optional()
      .describe('NAT: the real servers’ gateway, an address that moves with the VIPs'),
    ping: z
      .array(address)
      .optional()
      .describe('heartbeat: addresses outside the pair that a director pings to check its own network'),
    interfaces: z
      .array(interfaceName)
      .optional()
      .describe('interfaces that must be up on the director that holds the VIPs'),
    crm: z
      .boolean()
      .optional()
      .describe(
        `${enginesHaving('crm')}: use its second style, with a CIB instead of haresources (RHEL 5); default false`,
      ),
    agent_timeout: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .describe(
        `${enginesHaving('agent_timeout')}: seconds that a start, a stop or a check of a resource may take; default 60`,
      ),
    corosync: z
      .union([z.literal(1), z.literal(2), z.literal(3)])
      .optional()
      .describe(
        `${enginesHaving('corosync')}: the version of corosync; 1 (RHEL 5 and 6) uses multicast and has pacemaker as its plugin; default 3`,
      ),
    quorum_device: z
      .strictObject({
        host: hostName.describe('name or address of a host with corosync-qnetd, outside the pair'),
        port: port.optional().describe('default 5403'),
        algorithm: z
          .enum(['ffsplit', 'lms'])
          .optional()
          .describe('ffsplit: one half keeps running; lms: the last director keeps running; default ffsplit'),
        tls: z
          .enum(['off', 'on', 'required'])
          .optional()
          .describe('on and required need certificates (corosync-qdevice-net-certutil); default off'),
      })
      .optional()
      .describe(
        'pacemaker with corosync 2 and 3: a third vote, so that one of two directors keeps running when they do not hear one another',
      ),
    fencing: z
      .array(
        z.strictObject({
          agent: z
            .string()
            .regex(/^[A-Za-z0-9_/-]+$/, 'expected the name of an agent: fence_ipmilan, external/ipmi')
            .describe('fence_ipmilan, external/ipmi, ...'),
          hosts: z.array(name).min(1).optional().describe('directors that it can fence; default: all'),
          params: z
            .record(
              z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'expected the name of a parameter'),
              z.union([text, z.number(), z.boolean(), ...secret]),
            )
            .optional()
            .describe(
              'parameters of the agent. For a secret (passwd, secret_key, community, token ...) write stored (lvsform secrets set), { env: NAME } or { command: ... }',
            ),
        }),
      )
      .optional()
      .describe(`${fencers.join(', ')}: devices that switch off a director that does not answer`),
    script: program.optional().describe('a command that must succeed on the director that holds the VIPs'),
    notify: program.optional().describe('a program that is run at every change of state'),
    directives: z
      .strictObject({
        global: lines
          .optional()
          .describe(
            'keepalived: inside global_defs; heartbeat: ha.cf; pacemaker: corosync.conf’s totem; cman: cluster.conf',
          ),
        blocks: lines
          .optional()
          .describe(
            'whole blocks. keepalived: beside global_defs: static_routes, vrrp_script ...; pacemaker: at the end of corosync.conf, where a setting overrides one above: logging, quorum ...',
          ),
        instance: lines.optional().describe('keepalived: the vrrp_instance'),
      })
      .optional()
      .describe('extra lines for the engine’s configuration'),
  })
  .describe('a second director takes over when the first one fails');

export type FailoverShape = z.infer<typeof failover>;
