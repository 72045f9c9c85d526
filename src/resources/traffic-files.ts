/**
 * Files that say where traffic goes, and who holds what. Where a host has one that lvsform did not write, what it says is
 * in force there, and goes when lvsform writes its own.
 */
interface Language {
  /**
   * What counts in a line, by the field's word for it; in the pattern, the group `name` is what it is called. What stands
   * `inside` belongs to the last one above it that `holds` others.
   */
  readonly words: readonly (readonly [what: string, pattern: RegExp, role?: 'holds' | 'inside'])[];
  /** What begins a comment. */
  readonly comment: RegExp;
  /** The names in the file that a distribution brings: one that has no others is nobody's. */
  readonly shipped?: RegExp;
}

const address = String.raw`[\d.]+|[\da-f]*:[\da-f:]*`;
const hash = /^\s*#/;

const languages = {
  // ipvsadm(8), the lines of `ipvsadm -S`.
  ipvsadm: {
    words: [
      ['virtual service', /^(?:-A|--add-service) (?<name>-\S+ \S+)/g],
      ['real server', /^(?:-a|--add-server) (?<name>-\S+ \S+(?: -6)? (?:-r|--real-server) \S+)/g],
    ],
    comment: hash,
  },
  // keepalived.conf(5).
  keepalived: {
    words: [
      ['virtual service', /^\s*virtual_server(?:_group)? (?<name>\S+(?: +[^\s{]+)?)/g, 'holds'],
      ['real server', /^\s*real_server (?<name>\S+ +[^\s{]+)/g, 'inside'],
      ['VRRP instance', /^\s*vrrp_instance (?<name>[^\s{]+)/g],
      ['address', new RegExp(String.raw`(?:^|\{)\s*(?<name>${address})(?=/\d|\s|\}|$)`, 'g')],
      ['what it includes from', /^\s*include\s+(?<name>\S+)/g],
    ],
    comment: /^\s*[#!]/,
    shipped:
      /^(?:VI_1|192\.168\.200\.1[678]|192\.168\.20[01]\.100 443|10\.10\.10\.[23] 1358|192\.168\.200\.[2-5] 1358)$/,
  },
  // ldirectord(8).
  ldirectord: {
    words: [
      ['virtual service', /^virtual6?\s*=\s*(?<name>\S+)/g, 'holds'],
      ['real server', /^\s+(?:real|fallback)6?\s*=\s*(?<name>\S+)/g, 'inside'],
    ],
    comment: hash,
  },
  // corosync.conf(5).
  corosync: {
    words: [
      ['cluster', /^\s*cluster_name:\s*(?<name>\S+)/g],
      ['node', /^\s*ring0_addr:\s*(?<name>\S+)/g],
      ['network', /^\s*bindnetaddr:\s*(?<name>\S+)/g],
    ],
    comment: hash,
    shipped: /^(?:debian|127\.0\.0\.1)$/,
  },
  // ha.cf(5) of heartbeat.
  heartbeat: { words: [['node', /^\s*node\s+(?<name>\S.*)$/g]], comment: hash },
  // haresources: a line for each group.
  haresources: { words: [['resource group', /^(?<name>[^\s#].*)$/g]], comment: hash },
  // cluster.conf(5) of cman.
  cman: {
    words: [
      ['cluster', /<cluster\b[^>]*\bname="(?<name>[^"]+)"/g],
      ['node', /<clusternode\b[^>]*\bname="(?<name>[^"]+)"/g],
    ],
    comment: /^\s*<(?:\?|!--)/,
  },
} satisfies Record<string, Language>;

export type TrafficLanguage = keyof typeof languages;

export const trafficLanguages = Object.keys(languages) as [TrafficLanguage, ...TrafficLanguage[]];

/**
 * What one text says and another one does not: `virtual service -t 10.0.0.1:80`. Nothing for what a distribution brings; of
 * a text in which nothing has a name, how many lines it has.
 */
export function saidOnlyBy(theirs: string, ours: string, language: TrafficLanguage): string[] {
  if (theirs === ours) return [];
  const { shipped, comment }: Language = languages[language];
  const said = saidIn(theirs, language);
  if (said.length === 0) {
    const lines = theirs.split('\n').filter((text) => text.trim() !== '' && !comment.test(text));
    return lines.length === 0 ? [] : [`${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`];
  }
  if (said.every(({ name }) => shipped?.test(name) === true)) return [];
  const kept = new Set(saidIn(ours, language).map(({ text }) => text));
  return [...new Set(said.map(({ text }) => text))].filter((text) => !kept.has(text));
}

function saidIn(text: string, language: TrafficLanguage): { name: string; text: string }[] {
  const { words, comment }: Language = languages[language];
  let inside = '';
  return text
    .split('\n')
    .filter((line) => !comment.test(line))
    .flatMap((line) =>
      words.flatMap(([what, pattern, role]) =>
        [...line.matchAll(pattern)].map(({ groups }) => {
          const name = groups!['name']!.trim().replace(/\s+/g, ' ');
          if (role === 'holds') inside = ` of ${name}`;
          return { name, text: `${what} ${name}${role === 'inside' ? inside : ''}` };
        }),
      ),
    );
}
