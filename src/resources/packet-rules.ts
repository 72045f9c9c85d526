import type { Place } from '../model/cluster.ts';
import { bitsOf } from '../net/address.ts';

/**
 * mark: packets to a place get a firewall mark. source: packets to a real server, of connections to a place, get the
 * director's address as their source. ignore: ARP requests for an address are not answered. speak: ARP messages with one
 * address as their source get another one.
 */
export type PacketRule =
  | ({ readonly do: 'mark'; readonly mark: number } & Place)
  | ({ readonly do: 'source'; readonly server: string; readonly to: string } & Place)
  | { readonly do: 'ignore'; readonly address: string }
  | { readonly do: 'speak'; readonly address: string; readonly as: string };

/** A family of nftables, or the one of iptables, ip6tables or arptables. */
export type FilterFamily = 'ip' | 'ip6' | 'arp';

interface Chain {
  readonly does: PacketRule['do'];
  readonly nft: { readonly name: string; readonly type: string };
  readonly iptables: { readonly table: string; readonly hook: string; readonly chain: string };
}

export const chains: readonly Chain[] = [
  {
    does: 'mark',
    nft: { name: 'marks', type: 'type filter hook prerouting priority -150; policy accept;' },
    iptables: { table: 'mangle', hook: 'PREROUTING', chain: 'lvsform-marks' },
  },
  {
    does: 'source',
    nft: { name: 'source', type: 'type nat hook postrouting priority 100; policy accept;' },
    iptables: { table: 'nat', hook: 'POSTROUTING', chain: 'lvsform-source' },
  },
  {
    does: 'ignore',
    nft: { name: 'input', type: 'type filter hook input priority 0; policy accept;' },
    iptables: { table: 'filter', hook: 'INPUT', chain: 'lvsform-in' },
  },
  {
    does: 'speak',
    nft: { name: 'output', type: 'type filter hook output priority 0; policy accept;' },
    iptables: { table: 'filter', hook: 'OUTPUT', chain: 'lvsform-out' },
  },
];

const numbers = { tcp: '6', udp: '17', sctp: '132' } as const;

/** The rule as `nft -n list` prints it and nft takes it. */
export function nftRule(rule: PacketRule, family: FilterFamily): string {
  const range = ({ first, last }: Place): string => (first === last ? String(first) : `${first}-${last}`);
  switch (rule.do) {
    case 'mark': {
      const ports =
        rule.first === 0 ? `meta l4proto ${numbers[rule.protocol]}` : `${rule.protocol} dport ${range(rule)}`;
      return `${family} daddr ${rule.vip} ${ports} meta mark set 0x${rule.mark.toString(16).padStart(8, '0')}`;
    }
    case 'source': {
      const port = rule.first === 0 ? '' : ` ct original proto-dst ${range(rule)}`;
      const place = `meta l4proto ${numbers[rule.protocol]} ct original ${family} daddr ${rule.vip}${port}`;
      return `${place} ${family} daddr ${rule.server} snat to ${rule.to}`;
    }
    case 'ignore':
      return `arp daddr ip ${rule.address} drop`;
    case 'speak':
      return `arp saddr ip ${rule.address} arp saddr ip set ${rule.as}`;
  }
}

/** The rule as `iptables-save` prints it after its chain and iptables takes it; arptables has another order of words. */
export function iptablesRule(rule: PacketRule): string {
  const whole = (address: string): string => `${address}/${bitsOf(address)}`;
  const range = ({ first, last }: Place): string => (first === last ? String(first) : `${first}:${last}`);
  switch (rule.do) {
    case 'mark': {
      const { protocol, vip, first, mark } = rule;
      const ports = first === 0 ? '' : ` -m ${protocol} --dport ${range(rule)}`;
      return `-d ${whole(vip)} -p ${protocol}${ports} -j MARK --set-xmark 0x${mark.toString(16)}/0xffffffff`;
    }
    case 'source': {
      const { protocol, vip, first, server, to } = rule;
      const port = first === 0 ? '' : ` --ctorigdstport ${range(rule)}`;
      return `-d ${whole(server)} -p ${protocol} -m conntrack --ctorigdst ${vip}${port} -j SNAT --to-source ${to}`;
    }
    case 'ignore':
      return `-j DROP -d ${rule.address}`;
    case 'speak':
      return `-j mangle -s ${rule.address} --mangle-ip-s ${rule.as}`;
  }
}

/** The whole table of a family as nft takes it. It replaces the former one atomically. */
export function nftText(
  family: FilterFamily,
  rulesOf: (does: PacketRule['do']) => readonly string[],
): string {
  const table = `table ${family} lvsform`;
  const bodies = chains.flatMap(({ does, nft }) => {
    const rules = rulesOf(does);
    if (rules.length === 0) return [];
    return [`  chain ${nft.name} {\n    ${nft.type}\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`];
  });
  const now = bodies.length === 0 ? '' : `\n${table} {\n${bodies.join('')}}`;
  return `${table}\ndelete ${table}${now}`;
}

/** The rules of each chain of ours, from the output of `nft -n list table`; names of protocols become numbers. */
export function readNft(listed: string): Map<PacketRule['do'], string[]> {
  const found = new Map<PacketRule['do'], string[]>();
  let does: PacketRule['do'] | undefined;
  for (const text of listed.split('\n').map((each) => each.trim())) {
    const name = /^chain (\S+) \{$/.exec(text)?.[1];
    if (name !== undefined) does = chains.find(({ nft }) => nft.name === name)?.does ?? 'mark';
    else if (does !== undefined && text !== '' && text !== '}' && !text.startsWith('type ')) {
      const rule = text
        .replace(
          /\bmeta l4proto (tcp|udp|sctp)\b/,
          (_, word: keyof typeof numbers) => `meta l4proto ${numbers[word]}`,
        )
        .replace(/\bmark set 0x([0-9a-f]+)$/, (_, mark: string) => `mark set 0x${mark.padStart(8, '0')}`);
      const rules = found.get(does);
      if (rules === undefined) found.set(does, [rule]);
      else rules.push(rule);
    }
  }
  return found;
}

/** Stands for the rules of a chain that no rule jumps to: those have no effect. */
export const notLed = 'nothing leads here';

/** The same from the output of `iptables-save` or `arptables-save`; a chain that no rule jumps to counts as one without rules. */
export function readIptables(saved: string): Map<PacketRule['do'], string[]> {
  const lines = saved.split('\n').map((each) => each.trim());
  return new Map(
    chains.flatMap(({ does, iptables: { hook, chain } }) => {
      const rules = lines.filter((text) => text.startsWith(`-A ${chain} `));
      if (rules.length === 0) return [];
      const led = lines.some((text) => text.startsWith(`-A ${hook} -j ${chain}`));
      return [[does, led ? rules.map((text) => text.slice(chain.length + 4)) : [notLed]] as const];
    }),
  );
}
