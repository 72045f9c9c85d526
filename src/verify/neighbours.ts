import type { CarriedVip } from '../components/vips.ts';
import type { Answer } from '../shell/answer.ts';
import { line } from '../shell/quote.ts';
import { hostScript } from '../shell/script.ts';
import { short } from '../text/clean.ts';
import type { Finding } from './finding.ts';
import { isOn, type Sockets } from './listening.ts';

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
    if (said === undefined)
      return notAsked(address, `${director} has no arping`, 'install iputils-arping there');
    const macs = [...said.matchAll(/reply from \S+ \[([0-9A-Fa-f:]+)\]/g)].map(([, mac]) =>
      mac!.toLowerCase(),
    );
    if (macs.length > 0) {
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
    }
    // An arping that has asked says how often. Without that line it has failed, whatever its status is.
    if (!/^(Sent|Received) \d+ /m.test(said)) {
      const why = short(said.trim().split('\n').at(-1) ?? '');
      return notAsked(
        address,
        `arping on ${director}'s ${device} ${why === '' ? 'says nothing' : `says: ${why}`}`,
      );
    }
    const has = isOn(sockets.get(director), address);
    if (has === undefined)
      return notAsked(address, `no other host does, and ${director} does not tell its addresses`);
    return has
      ? { check: 'arp', sound: 'yes', text: `only ${director} answers ARP for ${address}`, details: [] }
      : {
          check: 'arp',
          sound: 'no',
          text: `no host answers ARP for ${address}: ${director} does not have it`,
          details: [],
        };
  });
}

/** The check could not be made: that is neither good nor bad. */
export function notAsked(address: string, why: string, hint?: string): Finding {
  return {
    check: 'arp',
    sound: 'unsure',
    text: `not known who answers ARP for ${address}: ${why}`,
    details: [],
    ...(hint === undefined ? {} : { hint }),
  };
}
