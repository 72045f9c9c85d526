import { endpoint } from '../net/address.ts';
import type { Place, Protocol, VirtualService } from './cluster.ts';

const flags: Readonly<Record<Protocol, string>> = { tcp: '-t', udp: '-u', sctp: '--sctp-service' };
const names: Readonly<Record<string, string>> = {
  '-t': 'tcp',
  '-u': 'udp',
  '--sctp-service': 'sctp',
  '-f': 'fwmark',
};

/** The name of a service in the kernel's table, as ipvsadm takes it: `-t 10.0.0.1:80`, `-f 8`, `-f 8 -6`. */
export function serviceKey({
  mark,
  family,
  places,
}: Pick<VirtualService, 'mark' | 'family' | 'places'>): string {
  if (mark !== undefined) return `-f ${mark}${family === 'ipv6' ? ' -6' : ''}`;
  const { protocol, vip, first } = places[0]!;
  return `${flags[protocol]} ${endpoint(vip, first)}`;
}

/** A service in words: `tcp 10.0.0.1:80`. */
export function serviceName(service: Pick<VirtualService, 'mark' | 'family' | 'places'>): string {
  return readable(serviceKey(service));
}

/** `-t 10.0.0.1:80` in words: `tcp 10.0.0.1:80`. */
export function readable(key: string): string {
  const [flag = '', rest = '', six] = key.split(' ');
  return `${names[flag] ?? flag} ${rest}${six === undefined ? '' : ' (IPv6)'}`;
}

/** `-t 10.0.0.1:80` as `ipvsadm -L` names it: `TCP 10.0.0.1:80`, `FWM 8 IPv6`. */
export function listName(key: string): string {
  const [flag = '', rest = '', six] = key.split(' ');
  const name = flag === '-f' ? 'FWM' : (names[flag] ?? flag).toUpperCase();
  return `${name} ${rest}${six === undefined ? '' : ' IPv6'}`;
}

/** A place in words: `tcp 10.0.0.1:80`, `udp 10.0.0.1:5000-5010`. */
export function placeName({ protocol, vip, first, last }: Place): string {
  return `${protocol} ${endpoint(vip, first)}${last === first ? '' : `-${last}`}`;
}

/** The port that clients ask for; 0 if a service has several. */
export function ownPort({ mark, places }: VirtualService): number {
  return mark === undefined ? places[0]!.first : 0;
}
