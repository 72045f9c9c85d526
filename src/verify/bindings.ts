import { type CarriedVip, carriedVips } from '../components/vips.ts';
import { familyOf } from '../net/address.ts';
import type { Answer } from '../shell/answer.ts';
import { hostScript } from '../shell/script.ts';
import { line } from '../shell/quote.ts';
import { HostFailure } from '../port.ts';
import type { Finding } from './finding.ts';
import type { Holders } from './holders.ts';
import { ask, type Means } from './means.ts';
import type { Sockets } from './listening.ts';

/** The script that asks a probe of clusters with `arp: static` at which hardware address it has each VIP. */
function neighboursScript(vips: readonly string[], frame: string): string {
  const questions = vips.map(
    (vip) => `${line(['say', `neighbour ${vip}`])}\n${line(['ip', '-4', 'neigh', 'show', vip])}`,
  );
  return hostScript(frame, ...questions);
}

/**
 * With `arp: static` real servers answer ARP for the VIP, so their neighbours need a static entry for it. Names that entry,
 * and whether a probe that is such a neighbour has it.
 */
export function judgeBinding(
  vip: CarriedVip,
  director: string,
  sockets: ReadonlyMap<string, Sockets>,
  probes: ReadonlyMap<string, Answer>,
): Finding {
  const mac = sockets.get(director)?.macs.get(vip.interface);
  const { address } = vip;
  const told = [...probes].flatMap(([probe, answer]) => {
    const has = /lladdr (\S+)(.*)/.exec(answer.sections('neighbour ').get(address) ?? '');
    return has === null ? [] : [{ probe, mac: has[1]!, lasts: has[2]!.includes('PERMANENT') }];
  });
  const wrong = told.filter((each) => mac !== undefined && (each.mac !== mac || !each.lasts));
  const isBound = mac !== undefined && told.length > 0 && wrong.length === 0;
  return {
    check: 'arp',
    sound: wrong.length > 0 ? 'no' : isBound ? 'yes' : 'unsure',
    text: isBound
      ? `${address} is bound to ${mac} (${director}) on ${told.map(({ probe }) => probe).join(', ')}`
      : `bind ${address} to ${mac ?? 'the director'} (${director}, ${vip.interface}) on its router and on each other neighbour`,
    details: wrong.map(
      ({ probe, mac: has, lasts }) => `${probe} has it at ${has}${lasts ? '' : ', but not permanently'}`,
    ),
    ...(isBound
      ? {}
      : { hint: `on Linux: ip neigh replace ${address} lladdr ${mac ?? 'MAC'} nud permanent dev DEVICE` }),
  };
}

/** For clusters whose real servers may answer ARP: whether neighbouring probes have static entries for the VIPs. */
export async function bindings(
  holders: Holders,
  sockets: ReadonlyMap<string, Sockets>,
  means: Means,
): Promise<Finding[]> {
  const found = [...holders]
    .filter(([{ arp }]) => arp === 'static')
    .map(async ([cluster, director]) => {
      if (director === undefined) return [];
      const carried = carriedVips([{ cluster, director }]).get(cluster)!;
      const vips = carried.filter(({ address }) => familyOf(address) === 'ipv4');
      const addresses = vips.map(({ address }) => address);
      const script = (frame: string): string => neighboursScript(addresses, frame);
      const answers = await Promise.all(
        cluster.probes.map(async (probe) => [probe.name, await ask(probe, script, means)] as const),
      );
      const probes = new Map(
        answers.flatMap(([name, answer]) => (answer instanceof HostFailure ? [] : [[name, answer] as const])),
      );
      return vips.map((vip) => judgeBinding(vip, director.name, sockets, probes));
    });
  return (await Promise.all(found)).flat();
}
