import type { Tunnel } from '../model/cluster.ts';
import { destinationKey, type Forward, type TableDestination, type TableService } from './ipvs-table.ts';

export type ServiceOptions = Omit<TableService, 'key' | 'destinations'>;

/** A line that `ipvsadm -R` reads. Throws on a word that it would not read as one. */
export function tableLine(words: readonly string[]): string {
  const odd = words.find((word) => !/^[^\s"'\\]+$/.test(word));
  if (odd !== undefined) throw new TypeError(`ipvsadm -R does not take ${JSON.stringify(odd)} as a word`);
  return words.join(' ');
}

/** The options of a service as ipvsadm takes and `ipvsadm -Sn` prints them. */
export function serviceWords({
  scheduler,
  persistence,
  netmask,
  flags,
  onePacket,
  engine,
}: ServiceOptions): string[] {
  return [
    '-s',
    scheduler,
    ...(persistence > 0 ? ['-p', String(persistence)] : []),
    ...(persistence > 0 && netmask !== undefined ? ['-M', netmask] : []),
    ...(flags.length > 0 ? ['-b', flags.join(',')] : []),
    ...(onePacket ? ['-o'] : []),
    ...(engine === undefined ? [] : ['--pe', engine]),
  ];
}

const forwardFlags: Record<Forward, string> = { gate: '-g', masq: '-m', ipip: '-i' };

/** The options of a destination as ipvsadm takes them; `ipvsadm -Sn` prints them without the thresholds. */
export function destinationWords(destination: TableDestination): string[] {
  const { forward, tunnel, weight, upper, lower } = destination;
  return [
    '-r',
    destinationKey(destination),
    forwardFlags[forward],
    ...tunnelWords(tunnel),
    '-w',
    String(weight),
    ...(upper > 0 ? ['-x', String(upper)] : []),
    ...(lower > 0 ? ['-y', String(lower)] : []),
  ];
}

const checksumFlags: Record<Tunnel['checksum'], string> = {
  none: '--tun-nocsum',
  full: '--tun-csum',
  remote: '--tun-remcsum',
};

function tunnelWords(tunnel: Tunnel | undefined): string[] {
  if (tunnel === undefined) return [];
  const { type, port, checksum } = tunnel;
  return [
    '--tun-type',
    type,
    ...(type === 'gue' ? ['--tun-port', String(port)] : []),
    checksumFlags[checksum],
  ];
}

function tunnelText(tunnel: Tunnel | undefined): string {
  if (tunnel === undefined) return 'ipip';
  const { type, port, checksum } = tunnel;
  return [
    type,
    ...(type === 'gue' ? [String(port)] : []),
    ...(checksum === 'none' ? [] : [`checksum ${checksum}`]),
  ].join(' ');
}

/** The options of a service, as people read them. */
export function describeOptions(options: ServiceOptions): string[] {
  const { scheduler, persistence, netmask, flags, onePacket, engine } = options;
  return [
    `scheduler ${scheduler}`,
    ...(persistence > 0
      ? [`persistence ${persistence} s${netmask === undefined ? '' : ` by ${netmask}`}`]
      : []),
    ...(flags.length > 0 ? [`flags ${flags.join(',')}`] : []),
    ...(onePacket ? ['one-packet'] : []),
    ...(engine === undefined ? [] : [`engine ${engine}`]),
  ];
}

export function optionDifferences(want: ServiceOptions, has: ServiceOptions): string[] {
  const differs = (name: string, from: string, to: string): string[] =>
    from === to ? [] : [`${name} ${from} -> ${to}`];
  const seconds = (value: number): string => (value === 0 ? 'none' : `${value} s`);
  return [
    ...differs('scheduler', has.scheduler, want.scheduler),
    ...differs('persistence', seconds(has.persistence), seconds(want.persistence)),
    ...differs('netmask', has.netmask ?? 'none', want.netmask ?? 'none'),
    ...differs('flags', has.flags.join(',') || 'none', want.flags.join(',') || 'none'),
    ...differs('one-packet', String(has.onePacket), String(want.onePacket)),
    ...differs('engine', has.engine ?? 'none', want.engine ?? 'none'),
  ];
}

export function destinationDifferences(want: TableDestination, has: TableDestination): string[] {
  return [
    ...(want.weight === has.weight ? [] : [`weight ${has.weight} -> ${want.weight}`]),
    ...(want.forward === has.forward ? [] : [`forwarding ${has.forward} -> ${want.forward}`]),
    ...(want.forward === 'ipip' &&
    has.forward === 'ipip' &&
    tunnelText(want.tunnel) !== tunnelText(has.tunnel)
      ? [`tunnel ${tunnelText(has.tunnel)} -> ${tunnelText(want.tunnel)}`]
      : []),
    ...(want.upper === has.upper ? [] : [`upper threshold ${has.upper} -> ${want.upper}`]),
    ...(want.lower === has.lower ? [] : [`lower threshold ${has.lower} -> ${want.lower}`]),
  ];
}

export function describe(destination: TableDestination, server: string): string {
  const target = destinationKey(destination);
  return server === destination.address ? target : `${server} ${target}`;
}
