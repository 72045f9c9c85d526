import { z } from 'zod';
import { protocols } from '../model/cluster.ts';
import { engines, schedulerFlags, schedulers } from '../model/schedulers.ts';
import { check, lines } from './shape-health.ts';
import { address, name, port, thresholds, weight } from './shape-values.ts';

const destination = z.union([
  weight.describe('a weight'),
  z.null(),
  z.strictObject({
    weight: weight.optional().describe('its share of the work in this service; default: its own weight'),
    port: port.optional().describe('NAT, FULLNAT: the port on the real server'),
    thresholds: thresholds.optional(),
    directives: lines
      .optional()
      .describe('keepalived: extra lines for its real_server, after those of the real server itself'),
  }),
]);

const persistence = z.int().min(1).max(2_678_400);

/** A virtual service as it is written. */
export const service = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('port of the VIP; 0 means every port, and needs persistence'),
  mark: z
    .int()
    .min(1)
    .max(4_294_967_295)
    .optional()
    .describe('firewall mark, instead of port: all packets that the director marks with it are one service'),
  ports: z
    .array(
      z.union([
        port,
        z
          .string()
          .regex(
            /^\d{1,5}(-\d{1,5})?(\/(tcp|udp|sctp))?$/,
            'expected a port (80), a range (5000-5010), or either with a protocol (53/udp)',
          ),
      ]),
    )
    .min(1)
    .optional()
    .describe(
      'several ports, with a virtual service for each: 80, 53/udp; with mark: the ports to mark, also ranges: 5000-5010/tcp',
    ),
  vip: address.optional().describe('which VIP; needed, or vips, if the cluster has several'),
  vips: z
    .array(address)
    .min(1)
    .optional()
    .describe('which VIPs, with a virtual service for each; with mark: which VIPs, default all'),
  protocol: z
    .union([z.enum(protocols), z.array(z.enum(protocols)).min(1)])
    .optional()
    .describe('default tcp; [tcp, udp] for both, with a virtual service for each'),
  // LVS032 checks it, and says why; editors get the names from the schema.
  scheduler: z
    .string()
    .meta({ enum: [...schedulers] })
    .optional()
    .describe('default wlc'),
  flags: z
    .array(z.enum([...schedulerFlags.keys()]))
    .optional()
    .describe('flags of the scheduler'),
  one_packet: z.boolean().optional().describe('UDP: schedule every datagram separately; default false'),
  persistence: z
    .union([
      persistence,
      z.strictObject({
        timeout: persistence.describe('seconds'),
        netmask: z
          .union([address, z.int().min(1).max(128)])
          .optional()
          .describe('clients of one such network share a real server: 255.255.255.0, 24, or 64 for IPv6'),
        engine: z.enum(engines).optional().describe('sip: a session is recognised by its Call-ID'),
      }),
    ])
    .optional()
    .describe('seconds for which a client keeps its real server'),
  helper: z
    .enum(['ftp'])
    .optional()
    .describe('NAT: ftp loads the kernel module that follows the data connections of FTP'),
  real_port: port.optional().describe('NAT, FULLNAT: the port on the real servers; default: the service’s'),
  ask: z
    .enum(['http', 'https', 'tcp', 'udp', 'none'])
    .optional()
    .describe(
      'how verify tests the service: http, https, tcp (connects), udp (sends a line, waits for one), none; default: https on 443 and 8443, http on 80, 8000, 8080 and 8088, tcp on other ports, none for UDP and SCTP',
    ),
  check: check.optional(),
  directives: lines
    .optional()
    .describe(
      'extra lines for this service, after those of health.directives.service: keepalived: its virtual_server, after its sorry_server; ldirectord: its virtual',
    ),
  real_servers: z
    .union([z.array(name), z.record(name, destination)])
    .optional()
    .describe(
      'which real servers answer: a list of names, or name: weight; default: all but the sorry server',
    ),
  sorry_server: z
    .union([
      name,
      z.strictObject({ server: name, port: port.optional().describe('NAT, FULLNAT: the port on it') }),
    ])
    .optional()
    .describe(
      'a real server that answers only while all others have weight 0, or local: the director itself',
    ),
});
