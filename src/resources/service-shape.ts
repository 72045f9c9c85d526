import { z } from 'zod';
import { healthDaemons } from '../model/health.ts';
import type { Drain, Tunnel } from '../model/cluster.ts';
import { isAddress } from '../net/address.ts';
import type { WantedDestination } from './ipvs-edits.ts';
import type { TableDestination, TableService } from './ipvs-table.ts';
import type { ServiceOptions } from './ipvs-words.ts';
import { anAddress, aCount, type Fields, maybe, aName, aPort, type Shape, aWord } from './shape.ts';
import type { ObservedService, VirtualServiceResource } from './virtual-service.ts';

const key = z
  .string()
  .refine((text) => text.length < 100 && isKey(text), 'expected a service as ipvsadm names it');

function isKey(text: string): boolean {
  if (/^-f [1-9]\d{0,9}( -6)?$/.test(text)) return true;
  const [, ip = '', ip6 = '', number] =
    /^(?:-t|-u|--sctp-service) (?:([\d.]+)|\[([\da-f:.]+)\]):(\d{1,5})$/.exec(text) ?? [];
  return isAddress(ip === '' ? ip6 : ip) && Number(number) <= 65_535;
}

/** Far above any real number; a host could report more than lvsform could undo. */
const mostDestinations = 10_000;

const weight = z.int().min(0).max(2_147_483_647);

const destination = {
  address: anAddress,
  port: aPort,
  forward: z.enum(['gate', 'masq', 'ipip']),
  tunnel: z
    .strictObject({
      type: z.enum(['ipip', 'gue', 'gre']),
      port: aPort,
      checksum: z.enum(['none', 'full', 'remote']),
    } satisfies Fields<Tunnel>)
    .exactOptional(),
  weight,
  upper: aCount,
  lower: aCount,
} satisfies Fields<TableDestination>;

const wanted: z.ZodType<WantedDestination> = z.strictObject({
  ...destination,
  server: aName,
} satisfies Fields<WantedDestination>);

const options = {
  scheduler: aName,
  persistence: aCount,
  netmask: maybe(aWord),
  flags: z.array(aName),
  onePacket: z.boolean(),
  engine: maybe(aName),
} satisfies Fields<ServiceOptions>;

export const serviceShape: Shape<VirtualServiceResource, ObservedService> = {
  resource: z.strictObject({
    kind: z.literal('virtual-service'),
    key,
    want: z.union([z.literal('absent'), z.strictObject({ ...options, destinations: z.array(wanted) })]),
    drain: z.strictObject({ timeout: aCount, connections: aCount } satisfies Fields<Drain>),
    owner: z.enum(healthDaemons).exactOptional(),
    sorry: wanted.exactOptional(),
  } satisfies Fields<VirtualServiceResource>),
  before: z.strictObject({
    service: maybe(
      z.strictObject({
        key,
        ...options,
        destinations: z.array(z.strictObject(destination)).max(mostDestinations),
      } satisfies Fields<TableService>),
    ),
  } satisfies Fields<ObservedService>),
};
