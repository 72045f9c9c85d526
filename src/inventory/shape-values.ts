import { z } from 'zod';
import { forwardingModes } from '../model/cluster.ts';
import {
  addressPattern,
  cidrPattern,
  isAddress,
  isCidr,
  isMulticast,
  multicastPattern,
} from '../net/address.ts';

/** The shapes of single values of an inventory. */
export const name = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'a name has letters, digits, dots and hyphens');
/** A name that a daemon or a command resolves. With a hyphen at its beginning it would be read as an option. */
export const hostName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$/, 'expected a host name or an address');
export const address = z
  .string()
  .refine((text) => isAddress(text) && !text.includes('%'), 'expected an IPv4 or IPv6 address')
  .meta({ pattern: addressPattern, description: 'an IP address' });
export const addressWithPrefix = z
  .string()
  .refine(
    (text) => (isAddress(text) || isCidr(text)) && !text.includes('%'),
    'expected an address, with or without a prefix (10.0.0.1/24)',
  )
  .meta({
    pattern: `${addressPattern}|${cidrPattern}`,
    description: 'an IP address, with or without its prefix length: 10.0.0.1/24',
  });
/** A group that a daemon joins: 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291). */
export const multicastGroup = z
  .string()
  .refine(
    (text) => isAddress(text) && isMulticast(text),
    'expected a multicast address: 239.255.1.1, or ff02::114',
  )
  .meta({ pattern: multicastPattern, description: 'an IP address' });
export const network = z
  .string()
  .refine(isCidr, 'expected a network such as 10.0.0.0/24')
  .meta({ pattern: cidrPattern, description: 'a network: 10.0.0.0/24' });
/** A host to which an SSH client connects. */
export const sshHost = z
  .string()
  .regex(/^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/, 'expected a host name or an address');
/** A login name as OpenSSH accepts it: a command in ssh_config (ProxyCommand with %r) passes it to a shell. */
export const sshUser = z
  .string()
  .regex(/^[^-\s'"`;&<>|(){}$\\][^\s'"`;&<>|(){}$]*(?<!\\)$/, 'expected a login name');
/** LVS033 checks the range, and says why; editors get it from the schema. */
export const weight = z.int().meta({ minimum: 0, maximum: 65_535 });
export const port = z.int().min(1).max(65535);
export const mode = z.enum(forwardingModes);
/** ipvsadm reads thresholds up to INT_MAX. */
const connections = z.int().min(0).max(2_147_483_647);
export const thresholds = z
  .strictObject({
    upper: connections.optional().describe('at this many connections it gets no more'),
    lower: connections
      .optional()
      .describe('below this many connections it gets new ones again; default 3/4 of upper'),
  })
  .describe('limits for a real server’s connections, active and inactive; 0 means no limit');
const tunnelType = z.enum(['ipip', 'gue', 'gre']);
export const tunnel = z
  .union([
    tunnelType,
    z.strictObject({
      type: tunnelType,
      port: port.optional().describe('GUE: UDP port on the real server; default 6080'),
      checksum: z
        .enum(['none', 'full', 'remote'])
        .optional()
        .describe('GUE and GRE: none (default), full, or (GUE) remote: the network card computes it'),
    }),
  ])
  .describe('TUN: ipip (default), gue or gre');
export const interfaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/,
    'expected the name of a network interface (at most 15 characters)',
  );
export const seconds = z.int().min(0).max(86_400);
