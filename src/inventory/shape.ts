import { z } from 'zod';
import { arpWays, timeEngines } from '../model/cluster.ts';
import { content } from './content.ts';
import { failover } from './shape-failover.ts';
import { health } from './shape-health.ts';
import { director, group, probe, realServer, vip } from './shape-hosts.ts';
import { service } from './shape-service.ts';
import { joinedDepth } from './sources.ts';
import {
  hostName,
  interfaceName,
  mode,
  multicastGroup,
  name,
  network,
  port,
  seconds,
} from './shape-values.ts';

/**
 * The shape of an inventory: the one source of the check, of the JSON Schema for editors and of docs/inventory.md. The rules
 * decide whether the values make a working cluster.
 */

const time = z
  .strictObject({
    engine: z
      .enum(timeEngines)
      .optional()
      .describe(
        'chrony (default; RHEL 6 gets ntpd), ntpd (Debian 12: ntpsec), ntpsec, or ntpdate: no daemon but a cron job every ten minutes, for old hosts',
      ),
    servers: z.array(hostName).optional().describe('time servers'),
    from_directors: z
      .boolean()
      .optional()
      .describe('real servers take the time from the directors; default false'),
  })
  .describe('keeps the clocks of the cluster’s hosts in step');

const sync = z
  .strictObject({
    interface: interfaceName.optional().describe('default: that of each director’s address'),
    id: z.int().min(1).max(255).optional().describe('directors of one pair share it; default 1'),
    group: multicastGroup.optional().describe('multicast group; default 224.0.0.81'),
    port: port.optional().describe('UDP port; default 8848'),
    ttl: z.int().min(1).max(255).optional().describe('TTL of the multicast; default 1'),
    max_length: z
      .int()
      .min(64)
      .max(65_507)
      .optional()
      .describe('bytes of a message; default: what fits the interface’s MTU'),
  })
  .describe(
    'connection sync: the active director sends its connections to the others, so that they survive a failover',
  );

const timeouts = z
  .strictObject({
    tcp: z.int().min(1).max(2_678_400).optional().describe('seconds; default 900'),
    tcp_fin: z.int().min(1).max(2_678_400).optional().describe('seconds after a FIN; default 120'),
    udp: z.int().min(1).max(2_678_400).optional().describe('seconds; default 300'),
  })
  .describe('how long the directors keep an idle connection');

const drain = z
  .strictObject({
    timeout: seconds.optional().describe('seconds to wait for the connections to end; default 60'),
    connections: z
      .int()
      .min(0)
      .optional()
      .describe('do not wait once only this many active connections are left; default 0'),
  })
  .describe('how a real server is drained before it is removed');

const cluster = z.strictObject({
  mode: mode.describe(
    'forwarding: dr (direct routing), nat, tun (a tunnel) or fullnat; real servers may differ',
  ),
  arp: z
    .enum(arpWays)
    .optional()
    .describe(
      'DR, TUN: what keeps real servers from answering ARP for the VIP: kernel (parameters, the default), arptables (rules on the real servers), static (you bind the VIP on the router)',
    ),
  vip: vip.optional().describe('the virtual address'),
  vips: z.array(vip).optional().describe('the virtual addresses, where there are several'),
  network: network
    .optional()
    .describe('the real servers’ network; default: the active DIP’s, where it has a prefix'),
  directors: z.record(name, director),
  real_servers: z.record(name, realServer),
  services: z.array(service),
  probes: z
    .record(name, probe)
    .optional()
    .describe('hosts from which verify sends requests to the services; lvsform does not change them'),
  drain: drain.optional(),
  health: health.optional(),
  failover: failover.optional(),
  sync: sync.optional(),
  timeouts: timeouts.optional(),
  tunables: z
    .record(
      z.string(),
      z.union([z.int(), z.string().regex(/^-?\d{1,10}( -?\d{1,10})*$/, 'expected numbers: 1, or 3 50')]),
    )
    .optional()
    .describe('kernel parameters of the directors below net.ipv4.vs: { expire_nodest_conn: 1 }'),
  time: time.optional(),
  content: content.optional(),
  hosts_file: z
    .boolean()
    .optional()
    .describe('write the names of the cluster’s hosts into /etc/hosts; default true'),
  defaults: group.optional().describe('settings of this cluster’s directors and real servers'),
});

/** What clusters share, beside the settings of hosts. */
const shared = {
  health: health.optional(),
  failover: failover.optional(),
  drain: drain.optional(),
  time: time.optional(),
};

export const inventoryShape = z.strictObject({
  version: z.literal(1).optional().describe('version of this format'),
  name: name
    .optional()
    .describe('the name of this inventory; each host keeps the name of the inventory that owns it'),
  defaults: group
    .extend(shared)
    .optional()
    .describe(
      'settings of every host, and health, failover, drain and time of every cluster; the lowest precedence',
    ),
  groups: z.record(name, group).optional().describe('settings that hosts get by the name of a group'),
  clusters: z.record(name, cluster),
});

export type InventoryShape = z.infer<typeof inventoryShape>;
/** The sections of a cluster that `defaults` may have, too. */
export const sharedSections = Object.keys(shared) as (keyof typeof shared)[];
export type ClusterShape = z.infer<typeof cluster>;
export type SettingsShape = z.infer<typeof group>;
export type ServiceShape = z.infer<typeof service>;

/** The JSON Schema (draft 2020-12) of a whole inventory. */
export function inventoryJsonSchema(): object {
  const schema = z.toJSONSchema(inventoryShape);
  // A rule requires the name, with a hint.
  return { title: 'lvsform inventory', ...schema, required: ['name', ...(schema.required ?? [])] };
}

/**
 * The JSON Schema with which editors check and complete one file of an inventory. Files of a directory complete one another
 * (`sources.ts`), so what another file may have is not required of this one.
 */
export function editorJsonSchema(): object {
  return partial(inventoryJsonSchema(), joinedDepth);
}

/** A mapping whose keys may be missing, and so may those of the mappings in it, down to a depth. */
function partial(schema: JsonSchema, depth: number): JsonSchema {
  const { required: _, properties, additionalProperties, ...rest } = schema;
  if (depth === 0) return schema;
  const open = (each: JsonSchema): JsonSchema => partial(each, depth - 1);
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, open(each)])),
    }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === 'object' ? open(additionalProperties) : additionalProperties,
        }),
  };
}

interface JsonSchema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
}
