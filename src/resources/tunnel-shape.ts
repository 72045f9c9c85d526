import { z } from 'zod';
import { aDevice, anAddress, aWord, type Fields, maybe, only, type Shape } from './shape.ts';

/** The encapsulation that a tunnel device removes: ipip (IPv4 in IPv4), sit (IPv6 in IPv4), gre, any (either in IPv6). */
export type TunnelMode = 'ipip' | 'sit' | 'gre' | 'any';

/** Our device at the real server's end of a tunnel: it receives packets from any director, and sends none. */
export interface TunnelResource {
  readonly kind: 'tunnel';
  readonly device: string;
  readonly mode: TunnelMode;
  /** The address to which the packets are sent. */
  readonly local: string;
  /** GRE: the packets have a checksum, and packets without one are dropped. */
  readonly checksum: boolean;
  readonly want: 'present' | 'absent';
  /** Further words of `ip tunnel add`, for a tunnel that was there before us and is restored. */
  readonly as?: readonly string[];
  /** True for a restored tunnel that was down. */
  readonly down?: true;
}

export interface ObservedTunnel {
  /** The output of `ip tunnel show`; undefined if there is no such device. */
  readonly has:
    | {
        readonly mode: string;
        readonly local: string;
        readonly checksum: boolean;
        /** Further words of `ip tunnel add`: remote, key, ttl ... */
        readonly as?: readonly string[];
      }
    | undefined;
  readonly up: boolean;
}

export type Has = NonNullable<ObservedTunnel['has']>;

export const modes = ['ipip', 'sit', 'gre', 'any'] as const satisfies readonly TunnelMode[];

/** The names of the modes in `ip tunnel show`. */
export const shown: Record<TunnelMode, string> = {
  ipip: 'ip/ip',
  sit: 'ipv6/ip',
  gre: 'gre/ip',
  any: 'any/ipv6',
};

export const shape: Shape<TunnelResource, ObservedTunnel> = {
  resource: z.strictObject({
    kind: z.literal('tunnel'),
    device: aDevice,
    mode: z.enum(modes),
    local: anAddress,
    checksum: z.boolean(),
    want: z.enum(['present', 'absent']),
    as: z.array(aWord).exactOptional(),
    down: only,
  } satisfies Fields<TunnelResource>),
  before: z.strictObject({
    has: maybe(
      z.strictObject({
        mode: aWord,
        local: aWord,
        checksum: z.boolean(),
        as: z.array(aWord).exactOptional(),
      } satisfies Fields<Has>),
    ),
    up: z.boolean(),
  } satisfies Fields<ObservedTunnel>),
};
