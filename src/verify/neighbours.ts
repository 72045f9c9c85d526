import type { Cluster } from '../model/cluster.ts';
import { isStraight } from '../model/forwarding.ts';
import { canonical, endpoint } from '../net/address.ts';
import { type Answer, linesOf } from '../shell/answer.ts';
import { hostScript } from '../shell/script.ts';
import { line } from '../shell/quote.ts';
import type { CarriedVip } from '../components/vips.ts';
import { sayClock } from './clocks.ts';
import type { Finding } from './finding.ts';

/** The script for each host: it prints the clock, the addresses, and the sockets on which the host listens. */
export function socketsScript(frame: string): string {
  return hostScript(frame, sayClock, 'sockets');
}

export interface Sockets {
  /** Its addresses on devices other than lo. */
  readonly addresses: ReadonlySet<string>;
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
  const addresses = linesOf(answer.section('addresses')).flatMap((text) => {
    const [, device, family = '', place = ''] = text.trim().split(/\s+/);
    return !/^inet6?$/.test(family) || device === 'lo' ? [] : [place.split('/')[0]!];
  });
  return {
    addresses: new Set(addresses),
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

/** Checks that real servers listen where the director sends to. */
export function judgeListening(cluster: Cluster, sockets: ReadonlyMap<string, Sockets>): Finding[] {
  const deaf = cluster.services.flatMap(({ destinations, places, family }) =>
    destinations.flatMap(({ server, address, port: own, weight, mode }) => {
      const listens = sockets.get(server)?.listens;
      if (listens === undefined || weight === 0) return [];
      return places.flatMap(({ protocol, vip, first, last }) => {
        // For all ports, a range or SCTP, the port on the real server is not known.
        if (first !== last || first === 0 || protocol === 'sctp') return [];
        const port = own === 0 ? first : own;
        const place = endpoint(isStraight(mode) ? vip : address, port);
        const all = `${protocol} *${family === 'ipv6' ? '6' : ''}:${port}`;
        const heard = listens.has(all) || listens.has(`${protocol} ${place}`);
        return heard
          ? []
          : [`${server}: nothing listens on ${protocol} ${place}, where the director sends to`];
      });
    }),
  );
  const known = cluster.realServers.filter(({ name }) => sockets.get(name)?.listens !== undefined);
  if (known.length === 0) return [];
  const others = cluster.realServers.filter((each) => !known.includes(each)).map(({ name }) => name);
  const unasked = others.length === 0 ? '' : ` (not asked: ${others.join(', ')})`;
  return [
    {
      check: 'listening',
      sound: deaf.length > 0 ? 'no' : 'yes',
      text:
        deaf.length > 0
          ? `${cluster.name}: the director sends to ports on which nothing listens`
          : `${cluster.name}: ${known.length === 1 ? `${known[0]!.name} listens` : `${known.length} real servers listen`} where the director sends to${unasked}`,
      details: deaf,
      ...(deaf.length > 0 ? { hint: 'start the service there, or take the real server out' } : {}),
    },
  ];
}

/** The script by which an active director asks whether another host answers ARP for its VIPs, like a check for a free address. */
export function arpScript(vips: readonly CarriedVip[], frame: string): string {
  const ask = vips.map(({ interface: device, address }) => {
    const command = line(['arping', '-D', '-c', '2', '-w', '2', '-I', device, address]);
    return `${line(['say', `arp ${address}`])}\n${command} 2>&1\n`;
  });
  return hostScript(frame, `if command -v arping >/dev/null; then\n${ask.join('')}fi`);
}

/** How many are named. */
const mostShown = 20;

/** Checks that no host other than the director answers ARP for a VIP. `sockets` names the owner of a hardware address. */
export function judgeArp(
  director: string,
  vips: readonly CarriedVip[],
  answer: Answer,
  sockets: ReadonlyMap<string, Sockets>,
): Finding[] {
  const answers = answer.sections('arp ');
  const owner = new Map(
    [...sockets].flatMap(([host, { macs }]) => [...macs.values()].map((mac) => [mac, host] as const)),
  );
  return vips.map(({ address, interface: device }): Finding => {
    const said = answers.get(address);
    if (said === undefined) {
      return {
        check: 'arp',
        sound: 'unsure',
        text: `not known whether others answer ARP for ${address}: ${director} has no arping`,
        details: [],
        hint: 'install iputils-arping there',
      };
    }
    const macs = [...said.matchAll(/reply from \S+ \[([0-9A-Fa-f:]+)\]/g)].map(([, mac]) =>
      mac!.toLowerCase(),
    );
    if (macs.length === 0) {
      const has = sockets.get(director)?.addresses.has(address) !== false || device === 'lo';
      return has
        ? { check: 'arp', sound: 'yes', text: `only ${director} answers ARP for ${address}`, details: [] }
        : {
            check: 'arp',
            sound: 'no',
            text: `no host answers ARP for ${address}: ${director} does not have it`,
            details: [],
          };
    }
    const owners = [...new Set(macs)]
      .slice(0, mostShown)
      .map((mac) => (owner.has(mac) ? `${owner.get(mac)} (${mac})` : mac));
    return {
      check: 'arp',
      sound: 'no',
      text: `${owners.join(', ')} answers ARP for ${address}, too, on ${director}'s ${device}`,
      details: [],
      hint: 'set arp_ignore 1 and arp_announce 2 there, or remove the VIP from it',
    };
  });
}
