import type { Cluster } from '../model/cluster.ts';
import { isStraight } from '../model/forwarding.ts';
import { canonical, endpoint } from '../net/address.ts';
import { type Answer, linesOf } from '../shell/answer.ts';
import { hostScript } from '../shell/script.ts';
import { sayClock } from './clocks.ts';
import type { Finding } from './finding.ts';

/** The script for each host: it prints the clock, the addresses, and the sockets on which the host listens. */
export function socketsScript(frame: string): string {
  return hostScript(frame, sayClock, 'sockets');
}

export interface Sockets {
  /** Its addresses on devices other than lo; undefined if the host does not tell. */
  readonly addresses: ReadonlySet<string> | undefined;
  /** Its addresses on lo. */
  readonly loopback: ReadonlySet<string>;
  /** Hardware addresses by interface. */
  readonly macs: ReadonlyMap<string, string>;
  /** `tcp *:80` for all IPv4 addresses, `tcp *6:80` for all IPv6 ones, `tcp 10.0.0.1:80` for one; undefined if the host does not tell. */
  readonly listens: ReadonlySet<string> | undefined;
}

export function readSockets(answer: Answer): Sockets {
  const tables = answer.sections('sockets ');
  const listens = [...tables].flatMap(([table, body]) => {
    const protocol = table.slice(0, 3);
    return linesOf(body).flatMap((text) => {
      const [, local = '', , state] = text.trim().split(/\s+/);
      // 0A is LISTEN, 07 a UDP socket without a peer (include/net/tcp_states.h).
      if (state !== (protocol === 'tcp' ? '0A' : '07')) return [];
      const [, address = '', port = ''] = /^([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4})$/i.exec(local) ?? [];
      if (port === '') return [];
      const number = Number.parseInt(port, 16);
      if (!/^0+$/.test(address)) return [`${protocol} ${endpoint(addressOf(address), number)}`];
      // A socket for all IPv6 addresses commonly takes IPv4 as well.
      return table.endsWith('6')
        ? [`${protocol} *6:${number}`, `${protocol} *:${number}`]
        : [`${protocol} *:${number}`];
    });
  });
  const all = linesOf(answer.section('addresses')).flatMap((text) => {
    const [, device, family = '', place = ''] = text.trim().split(/\s+/);
    return /^inet6?$/.test(family) ? [{ device, address: place.split('/')[0]! }] : [];
  });
  const on = (isThere: (device: string | undefined) => boolean): Set<string> =>
    new Set(all.filter(({ device }) => isThere(device)).map(({ address }) => address));
  return {
    // Every host has an address on lo: one without any has not told them.
    addresses: all.length === 0 ? undefined : on((device) => device !== 'lo'),
    loopback: on((device) => device === 'lo'),
    macs: new Map(
      linesOf(answer.section('macs')).flatMap((text) => {
        const [device, mac] = text.trim().split(' ');
        return device === undefined || mac === undefined ? [] : [[device, mac] as const];
      }),
    ),
    listens: tables.size === 0 ? undefined : new Set(listens),
  };
}

/** Reads the kernel's hexadecimal address, each 32 bits with the last byte first. Of an IPv4-mapped one, its IPv4 address. */
function addressOf(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).toReversed().join(''));
  const last = words.at(-1) ?? '';
  if (words.length === 1 || words.slice(0, 3).join('') === '00000000000000000000ffff') {
    return (last.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  }
  return canonical((words.join('').match(/.{4}/g) ?? []).join(':'));
}

/** Checks that real servers have the VIPs for which the director sends to them, and listen there. */
export function judgeListening(cluster: Cluster, sockets: ReadonlyMap<string, Sockets>): Finding[] {
  const places = placesOf(cluster).filter(({ server }) => sockets.get(server)?.listens !== undefined);
  const lacking = places.flatMap(({ server, vip, straight }) =>
    straight && isOn(sockets.get(server), vip) === false ? [`${server} does not have ${vip}`] : [],
  );
  const deaf = places.flatMap(({ server, place, all }) => {
    const listens = sockets.get(server)!.listens!;
    return listens.has(all) || listens.has(place)
      ? []
      : [`${server}: nothing listens on ${place}, where the director sends to`];
  });
  const asked = cluster.realServers.filter(({ name }) => sockets.get(name)?.listens !== undefined);
  if (asked.length === 0) return [];
  const known = asked.filter(({ name }) => places.some(({ server }) => server === name));
  const others = cluster.realServers.filter((each) => !asked.includes(each)).map(({ name }) => name);
  const unasked = others.length === 0 ? '' : ` (not asked: ${others.join(', ')})`;
  const finding = (text: string, details: readonly string[], hint: string): Finding[] =>
    details.length === 0
      ? []
      : [{ check: 'listening', sound: 'no', text: `${cluster.name}: ${text}`, details, hint }];
  const wrong = [
    ...finding(
      'the director sends to real servers that lack the VIP',
      [...new Set(lacking)],
      'lvsform plan says what puts it there',
    ),
    ...finding(
      'the director sends to ports on which nothing listens',
      deaf,
      'start the service there, or take the real server out',
    ),
  ];
  if (wrong.length > 0) return wrong;
  const unsure = (text: string, details: readonly string[]): Finding[] => [
    { check: 'listening', sound: 'unsure', text: `${cluster.name}: ${text}`, details },
  ];
  if (known.length === 0) return unsure('no port is known at which a real server must listen', []);
  const untold = places.filter(
    ({ server, vip, straight }) => straight && isOn(sockets.get(server), vip) === undefined,
  );
  if (untold.length > 0) {
    const names = [...new Set(untold.map(({ server }) => server))];
    return unsure('real servers do not tell whether they have the VIP', names);
  }
  const who = known.length === 1 ? `${known[0]!.name} listens` : `${known.length} real servers listen`;
  const text = `${cluster.name}: ${who} where the director sends to${unasked}`;
  return [{ check: 'listening', sound: 'yes', text, details: [] }];
}

/** Where the director sends to: the real server, its socket, and the socket for all addresses, as `Sockets` has them. */
interface Place {
  readonly server: string;
  readonly vip: string;
  /** True if packets arrive with the VIP as their destination. */
  readonly straight: boolean;
  readonly place: string;
  readonly all: string;
}

function placesOf({ services }: Cluster): Place[] {
  return services.flatMap(({ destinations, places, family }) =>
    destinations
      .filter(({ weight }) => weight > 0)
      .flatMap(({ server, address, port: own, mode }) =>
        places.flatMap(({ protocol, vip, first, last }) => {
          // For all ports, a range or SCTP, the port on the real server is not known.
          if (first !== last || first === 0 || protocol === 'sctp') return [];
          const port = own === 0 ? first : own;
          const straight = isStraight(mode);
          const place = `${protocol} ${endpoint(straight ? vip : address, port)}`;
          const all = `${protocol} *${family === 'ipv6' ? '6' : ''}:${port}`;
          return [{ server, vip, straight, place, all }];
        }),
      ),
  );
}

/** True if a host has an address, on lo or not; undefined if the host does not tell. */
export function isOn(sockets: Sockets | undefined, address: string): boolean | undefined {
  if (sockets?.addresses === undefined) return undefined;
  return sockets.addresses.has(address) || sockets.loopback.has(address);
}
