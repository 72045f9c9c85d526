/**
 * Files that say where traffic goes, and who holds what. Where a host has one that lvsform did not write, what it says is
 * in force there, and goes when lvsform writes its own.
 */
interface Language {
  /** What counts in it, by the field's word for it. In the pattern, the group `name` is what it is called. */
  readonly words: readonly (readonly [what: string, pattern: RegExp])[];
  /** The names in the file that a distribution brings: one that has no others is nobody's. */
  readonly shipped?: RegExp;
}

const address = String.raw`[\d.]+|[\da-f:]*:[\da-f:]*`;

const languages = {
  // ipvsadm(8), the lines of `ipvsadm -S`.
  ipvsadm: {
    words: [
      ['virtual service', /^-A (?<name>-\S+ \S+)/gm],
      ['real server', /^-a -\S+ \S+ -r (?<name>\S+)/gm],
    ],
  },
  // keepalived.conf(5).
  keepalived: {
    words: [
      ['virtual service', /^\s*virtual_server(?:_group)? (?<name>\S+(?: +[^\s{]+)?)/gm],
      ['real server', /^\s*real_server (?<name>\S+ +[^\s{]+)/gm],
      ['VRRP instance', /^\s*vrrp_instance (?<name>[^\s{]+)/gm],
      [
        'address',
        new RegExp(String.raw`^\s*(?<name>${address})(?:/\d+)?(?:\s+(?:dev|brd|label)\b.*)?$`, 'gm'),
      ],
    ],
    shipped: /^(?:VI_1|192\.168\.20[01]\.\d+(?: \d+)?|10\.10\.10\.[23] 1358)$/,
  },
  // ldirectord(8).
  ldirectord: {
    words: [
      ['virtual service', /^virtual6?\s*=\s*(?<name>\S+)/gm],
      ['real server', /^\s+(?:real|fallback)6?\s*=\s*(?<name>\S+)/gm],
    ],
  },
  // corosync.conf(5).
  corosync: {
    words: [
      ['cluster', /^\s*cluster_name:\s*(?<name>\S+)/gm],
      ['node', /^\s*ring0_addr:\s*(?<name>\S+)/gm],
      ['network', /^\s*bindnetaddr:\s*(?<name>\S+)/gm],
    ],
    shipped: /^(?:debian|127\.0\.0\.1)$/,
  },
  // ha.cf(5) of heartbeat.
  heartbeat: { words: [['node', /^\s*node\s+(?<name>\S.*)$/gm]] },
  // haresources: a line for each group.
  haresources: { words: [['resource group', /^(?<name>[^\s#].*)$/gm]] },
  // cluster.conf(5) of cman.
  cman: {
    words: [
      ['cluster', /<cluster\b[^>]*\bname="(?<name>[^"]+)"/g],
      ['node', /<clusternode\b[^>]*\bname="(?<name>[^"]+)"/g],
    ],
  },
} satisfies Record<string, Language>;

export type TrafficLanguage = keyof typeof languages;

export const trafficLanguages = Object.keys(languages) as [TrafficLanguage, ...TrafficLanguage[]];

/** What one text says and another one does not: `virtual service -t 10.0.0.1:80`. Nothing for what a distribution brings. */
export function saidOnlyBy(theirs: string, ours: string, language: TrafficLanguage): string[] {
  const { words, shipped }: Language = languages[language];
  const names = words.flatMap(([, pattern]) => namesIn(theirs, pattern));
  if (names.every((name) => shipped?.test(name) === true)) return [];
  return words.flatMap(([what, pattern]) => {
    const kept = new Set(namesIn(ours, pattern));
    return [...new Set(namesIn(theirs, pattern))]
      .filter((name) => !kept.has(name))
      .map((name) => `${what} ${name}`);
  });
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(({ groups }) => groups!['name']!.trim().replace(/\s+/g, ' '));
}
