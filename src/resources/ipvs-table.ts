import type { Tunnel } from '../model/cluster.ts';
import { listName } from '../model/service-key.ts';
import { endpoint } from '../net/address.ts';
import { linesOf } from '../shell/answer.ts';

export type Forward = 'gate' | 'masq' | 'ipip';

export interface TableDestination {
  readonly address: string;
  readonly port: number;
  readonly forward: Forward;
  /** How packets are put into others, where `forward` is ipip and the tunnel is not plain IPIP. */
  readonly tunnel?: Tunnel;
  readonly weight: number;
  /** Thresholds of connections; 0 is none (ipvsadm -x and -y). */
  readonly upper: number;
  readonly lower: number;
}

/** A virtual service as the kernel has it. */
export interface TableService {
  /** As `serviceKey`: `-t 10.0.0.1:80`. */
  readonly key: string;
  readonly scheduler: string;
  /** Seconds; 0 is no persistence. */
  readonly persistence: number;
  /** Dotted netmask, or for IPv6 the number of bits; undefined for the whole address. */
  readonly netmask: string | undefined;
  /** Scheduler flags (-b), sorted: the kernel gives them back in another order than it got them. */
  readonly flags: readonly string[];
  readonly onePacket: boolean;
  readonly engine: string | undefined;
  readonly destinations: readonly TableDestination[];
}

export const destinationKey = ({ address, port }: { address: string; port: number }): string =>
  endpoint(address, port);

/**
 * Reads what `ipvsadm -Sn` prints. It leaves out the thresholds (measured, ipvsadm 1.31), so these come from lines of
 * their own: `SERVICE DESTINATION UPPER LOWER`, a service as `listName` has it.
 */
export function parseTable(saved: string | undefined, thresholds: string | undefined): TableService[] {
  const limits = new Map(
    linesOf(thresholds).map((text) => {
      const words = text.split(' ');
      const [upper, lower] = words.slice(-2).map(Number) as [number, number];
      return [words.slice(0, -2).join(' '), { upper, lower }] as const;
    }),
  );
  const services = new Map<string, TableService & { destinations: TableDestination[] }>();
  for (const text of linesOf(saved)) {
    const [verb, flag = '', name = '', ...words] = text.trim().split(/\s+/);
    const options = readOptions(words);
    const key = `${flag} ${name}${options.has('-6') ? ' -6' : ''}`;
    if (verb === '-A') services.set(key, { key, ...parseService(options), destinations: [] });
    else if (verb === '-a') services.get(key)?.destinations.push(parseDestination(key, options, limits));
  }
  return [...services.values()];
}

function parseService(options: ReadonlyMap<string, string>): Omit<TableService, 'key' | 'destinations'> {
  return {
    scheduler: options.get('-s') ?? 'wlc',
    persistence: Number(options.get('-p') ?? 0),
    netmask: options.get('-M'),
    flags: (options.get('-b') ?? '').split(',').filter(Boolean).toSorted(),
    onePacket: options.has('-o') || options.has('--ops'),
    engine: options.get('--pe'),
  };
}

function parseDestination(
  key: string,
  options: ReadonlyMap<string, string>,
  limits: ReadonlyMap<string, { upper: number; lower: number }>,
): TableDestination {
  const target = options.get('-r') ?? '';
  const colon = target.lastIndexOf(':');
  const found = limits.get(`${listName(key)} ${target}`);
  const forward = options.has('-m') ? 'masq' : options.has('-i') ? 'ipip' : 'gate';
  const tunnel = forward === 'ipip' ? parseTunnel(options) : undefined;
  return {
    address: target.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(target.slice(colon + 1)),
    forward,
    ...(tunnel === undefined ? {} : { tunnel }),
    weight: Number(options.get('-w') ?? 1),
    upper: found?.upper ?? 0,
    lower: found?.lower ?? 0,
  };
}

/** Undefined for plain IPIP, of which an older ipvsadm says nothing. */
function parseTunnel(options: ReadonlyMap<string, string>): Tunnel | undefined {
  const type = options.get('--tun-type') ?? 'ipip';
  if (type !== 'gue' && type !== 'gre') return undefined;
  const checksum = options.has('--tun-csum') ? 'full' : options.has('--tun-remcsum') ? 'remote' : 'none';
  return { type, port: Number(options.get('--tun-port') ?? 0), checksum };
}

const withoutValue = new Set([
  '-g',
  '-i',
  '-m',
  '-o',
  '--ops',
  '-6',
  '--tun-nocsum',
  '--tun-csum',
  '--tun-remcsum',
]);

function readOptions(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    options.set(word, withoutValue.has(word) ? '' : (words[++index] ?? ''));
  }
  return options;
}

/** Active connections by service (as `listName`) and destination, from what `ipvsadm -Ln` prints. */
export function parseConnections(listed: string | undefined): Map<string, number> {
  const result = new Map<string, number>();
  let service = '';
  for (const text of linesOf(listed)) {
    const [first = '', second = '', third, , active = ''] = text.trim().split(/\s+/);
    if (/^(TCP|UDP|SCTP|FWM)$/.test(first)) service = `${first} ${second}${third === 'IPv6' ? ' IPv6' : ''}`;
    else if (first === '->' && /^\d+$/.test(active)) result.set(`${service} ${second}`, Number(active));
  }
  return result;
}
