import { linesOf } from '../shell/answer.ts';
import type { Command } from '../shell/quote.ts';
import type { Detail, Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { packetFilterShape } from './packet-shape.ts';
import {
  chains,
  type FilterFamily,
  iptablesRule,
  nftRule,
  nftText,
  notLed,
  type PacketRule,
  readIptables,
  readNft,
} from './packet-rules.ts';

/** Packet filter rules beside the virtual services, in a table or in chains of our own; those of others are never changed. */
export interface PacketFilterResource {
  readonly kind: 'packet-filter';
  readonly family: FilterFamily;
  readonly rules: readonly PacketRule[];
}

export type FilterTool = 'nft' | 'iptables';

export interface ObservedPacketFilter {
  /** The tool that the host has; undefined for neither. */
  readonly tool: FilterTool | undefined;
  /** Rules of ours by tool, as `TOOL DOES RULE`, in their order. */
  readonly rules: readonly string[];
}

const programs: Record<FilterFamily, string> = { ip: 'iptables', ip6: 'ip6tables', arp: 'arptables' };

export const packetFilterKind: Kind<PacketFilterResource, ObservedPacketFilter> = {
  kind: 'packet-filter',
  shape: packetFilterShape,
  key: ({ family }) => family,

  probe: (filters) =>
    [
      'filter_tool',
      ...filters.flatMap(({ family }) => [
        `say nft ${family}`,
        `if command -v nft >/dev/null; then nft -n list table ${family} lvsform 2>/dev/null; fi`,
        `say iptables ${family}`,
        family === 'arp'
          ? 'if command -v arptables-save >/dev/null; then arptables-save 2>/dev/null; fi'
          : `if command -v ${programs[family]}-save >/dev/null; then ${programs[family]}-save 2>/dev/null; fi`,
      ]),
    ].join('\n'),

  parse: (answer, filters) => {
    const [tool] = linesOf(answer.section('packet-filter'));
    const nft = answer.sections('nft ');
    const iptables = answer.sections('iptables ');
    return filters.map(({ family }) => ({
      tool: tool === 'nft' || tool === 'iptables' ? tool : undefined,
      rules: [
        ...told('nft', readNft(nft.get(family) ?? '')),
        ...told('iptables', readIptables(iptables.get(family) ?? '')),
      ],
    }));
  },

  compare: ({ family, rules }, observed, { retiring, family: system }) => {
    // If the host has neither, a package of the same plan installs nft on Debian.
    const tool = observed.tool ?? (system === 'debian' ? 'nft' : undefined);
    const wanted = tool === undefined ? [] : toldRules(tool, family, rules);
    if (wanted.join('\n') === observed.rules.join('\n')) {
      return rules.length === 0 || tool !== undefined ? {} : { blocker: noTool };
    }
    if (tool === undefined) return { blocker: noTool };
    const details: Detail[] = [
      ...wanted
        .filter((text) => !observed.rules.includes(text))
        .map((text) => ({ verb: 'add' as const, text: withoutTool(text) })),
      ...observed.rules
        .filter((text) => !wanted.includes(text))
        .map((text) => ({ verb: 'remove' as const, text: withoutTool(text) })),
    ];
    const title = `packet filter ${family} (${tool === 'nft' ? 'table lvsform' : programs[family]})`;
    const action = run(
      placeOf(retiring, 'filter'),
      title,
      edits(family, observed.rules, wanted),
      edits(family, wanted, observed.rules),
    );
    const verb = observed.rules.length === 0 ? 'add' : wanted.length === 0 ? 'remove' : 'change';
    return {
      change: { id: `packet-filter:${family}`, verb, title, details, actions: [action], interrupts: [] },
    };
  },

  restore: (managed, { rules }) => (rules.length > 0 ? undefined : { ...managed, rules: [] }),

  boot: ({ family, rules }) => {
    if (rules.length === 0) return undefined;
    const all = (tool: FilterTool): string[] => toldRules(tool, family, rules);
    const by = (tool: FilterTool, commands: readonly Command[]): Command[] =>
      commands.map((command) => ['filtered_by', tool, ...command]);
    return {
      of: 'filter',
      up: filterTools.flatMap((tool) => by(tool, edits(family, [], all(tool)))),
      down: filterTools.flatMap((tool) => by(tool, edits(family, all(tool), []))),
      isUp: ['has_filter', family],
    };
  },
};

const filterTools = ['nft', 'iptables'] as const;

/** Rules in the form of `ObservedPacketFilter`: chain by chain, since their order counts only within a chain. */
function toldRules(tool: FilterTool, family: FilterFamily, rules: readonly PacketRule[]): string[] {
  const place = ({ do: does }: PacketRule): number => chains.findIndex((chain) => chain.does === does);
  return rules
    .toSorted((a, b) => place(a) - place(b))
    .map((rule) => `${tool} ${rule.do} ${ruleText(tool, family, rule)}`);
}

const noTool = 'it has neither nft (with Linux 4.18 or later) nor iptables: install one of them';

function ruleText(tool: FilterTool, family: FilterFamily, rule: PacketRule): string {
  return tool === 'nft' ? nftRule(rule, family) : iptablesRule(rule);
}

function told(tool: FilterTool, rules: ReadonlyMap<PacketRule['do'], readonly string[]>): string[] {
  return [...rules].flatMap(([does, texts]) => texts.map((text) => `${tool} ${does} ${text}`));
}

function withoutTool(text: string): string {
  return text.split(' ').slice(2).join(' ');
}

/** The commands that change our rules of a family from one state to another, both as in `ObservedPacketFilter`. */
function edits(family: FilterFamily, from: readonly string[], to: readonly string[]): Command[] {
  const of = (state: readonly string[], tool: FilterTool, does: PacketRule['do']): string[] =>
    state.filter((text) => text.startsWith(`${tool} ${does} `)).map(withoutTool);
  const uses = (state: readonly string[], tool: FilterTool): boolean =>
    state.some((text) => text.startsWith(`${tool} `));
  const nft: Command[] =
    uses(from, 'nft') || uses(to, 'nft')
      ? [['filter_nft', nftText(family, (does) => of(to, 'nft', does))]]
      : [];
  const iptables = chains.flatMap(({ does, iptables: place }): Command[] => {
    const now = of(to, 'iptables', does).filter((rule) => rule !== notLed);
    if (now.length === 0 && of(from, 'iptables', does).length === 0) return [];
    return [iptablesEdit(family, place, now)];
  });
  // New rules are added before old ones are removed.
  return uses(to, 'nft') ? [...nft, ...iptables] : [...iptables, ...nft];
}

function iptablesEdit(
  family: FilterFamily,
  { table, hook, chain }: { table: string; hook: string; chain: string },
  rules: readonly string[],
): Command {
  return family === 'arp'
    ? ['filter_arptables', hook, chain, ...rules]
    : ['filter_iptables', programs[family], table, hook, chain, ...rules];
}
