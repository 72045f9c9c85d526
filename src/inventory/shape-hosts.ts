import { z } from 'zod';
import { address6Pattern, isAddress, isCidr } from '../net/address.ts';
import { lines } from './shape-health.ts';
import { ssh } from './shape-ssh.ts';
import { addressWithPrefix, interfaceName, mode, name, thresholds, tunnel, weight } from './shape-values.ts';

const settings = {
  interface: interfaceName.optional().describe('the interface that carries the host’s address; default eth0'),
  ssh: ssh.optional(),
  vars: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('values for templates of your own, as {{vars.NAME}}'),
};
const serverSettings = {
  weight: weight.optional().describe('share of the work; 0 takes no new connections; default 1'),
  gateway: z
    .enum(['default', 'table', 'keep'])
    .optional()
    .describe(
      'NAT: how replies reach the director: default (by the default route), table (by a separate routing table), keep (lvsform sets no route)',
    ),
  managed: z.boolean().optional().describe('false: lvsform does not log in to this host; default true'),
  mode: mode.optional().describe('forwarding to this real server; default: the cluster’s'),
  tunnel: tunnel.optional(),
  thresholds: thresholds.optional(),
  directives: lines.optional().describe('keepalived: extra lines for its real_server in every service'),
};

export const group = z.strictObject({ ...settings, ...serverSettings }).describe('settings that hosts share');

const address6 = z
  .string()
  .refine(
    (text) => text.includes(':') && !text.includes('%') && (isAddress(text) || isCidr(text)),
    'expected an IPv6 address',
  )
  .meta({ pattern: address6Pattern })
  .optional()
  .describe('its IPv6 address beside the IPv4 one, on the same interface: fd00::1/64');

const memberOf = {
  groups: z.array(name).optional().describe('groups whose settings the host gets; later ones win'),
};

export const director = z.union([
  addressWithPrefix,
  z.strictObject({
    address: addressWithPrefix.describe('the DIP, with or without its prefix'),
    address6,
    active: z
      .boolean()
      .optional()
      .describe('true for the director that holds the VIPs; default: the first one'),
    ...memberOf,
    ...settings,
  }),
]);

export const realServer = z.union([
  addressWithPrefix,
  z.strictObject({
    address: addressWithPrefix.describe('the RIP, with or without its prefix'),
    address6,
    ...memberOf,
    ...settings,
    ...serverSettings,
  }),
]);

export const probe = z.union([
  addressWithPrefix,
  z.strictObject({
    address: addressWithPrefix.describe('its address, with or without its prefix'),
    address6,
    ...memberOf,
    ...settings,
  }),
]);

export const vip = z.union([
  addressWithPrefix,
  z.strictObject({
    address: addressWithPrefix,
    interface: interfaceName
      .optional()
      .describe('the directors’ interface that carries it; default: that of the DIP'),
  }),
]);
