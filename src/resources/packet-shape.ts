import { z } from 'zod';
import { type Place, protocols } from '../model/cluster.ts';
import type { ObservedPacketFilter, PacketFilterResource } from './packet-filter.ts';
import type { PacketRule } from './packet-rules.ts';
import { anAddress, aCount, type Fields, lineOfText, maybe, aPort, type Shape } from './shape.ts';

const target = {
  protocol: z.enum(protocols),
  vip: anAddress,
  first: aPort,
  last: aPort,
} satisfies Fields<Place>;

const rule: z.ZodType<PacketRule> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('mark'), mark: aCount, ...target }),
  z.strictObject({ do: z.literal('source'), server: anAddress, to: anAddress, ...target }),
  z.strictObject({ do: z.literal('ignore'), address: anAddress }),
  z.strictObject({ do: z.literal('speak'), address: anAddress, as: anAddress }),
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
