import { z } from 'zod';
import { type Place, protocols } from '../model/cluster.ts';
import type { ObservedPacketFilter, PacketFilterResource } from './packet-filter.ts';
import type { PacketRule } from './packet-rules.ts';
import { address, count, type Fields, lineOfText, maybe, port, type Shape } from './shape.ts';

const target = {
  protocol: z.enum(protocols),
  vip: address,
  first: port,
  last: port,
} satisfies Fields<Place>;

const rule: z.ZodType<PacketRule> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('mark'), mark: count, ...target }),
  z.strictObject({ do: z.literal('source'), server: address, to: address, ...target }),
  z.strictObject({ do: z.literal('ignore'), address }),
  z.strictObject({ do: z.literal('speak'), address, as: address }),
]);

export const packetFilterShape: Shape<PacketFilterResource, ObservedPacketFilter> = {
  resource: z.strictObject({
    kind: z.literal('packet-filter'),
    family: z.enum(['ip', 'ip6', 'arp']),
    rules: z.array(rule),
  } satisfies Fields<PacketFilterResource>),
  before: z.strictObject({
    tool: maybe(z.enum(['nft', 'iptables'])),
    rules: z.array(lineOfText),
  } satisfies Fields<ObservedPacketFilter>),
};
