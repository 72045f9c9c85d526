import type { Cluster } from '../../model/cluster.ts';
import type { CheckKind } from '../../model/health.ts';
import { commonChecks } from '../common-checks.ts';
import type { DocumentLanguage, EnginePackage, HealthFacts } from '../facts-shape.ts';

const web = ['port', 'request', 'expect', 'method', 'host'] as const;
const mailbox = ['port', 'login', 'password'] as const;
const database = ['port', 'request', 'login', 'password', 'database'] as const;
const directory = ['port', 'request', 'expect', 'login', 'password'] as const;

/** Debian's package does not depend on these Perl modules; it only recommends the one for https (measured in the lab). */
export const packages: readonly EnginePackage[] = [
  { name: 'ldirectord' },
  { name: { debian: 'liblwp-protocol-https-perl' }, when: checks('https') },
  { name: { debian: 'libdbd-mysql-perl' }, when: checks('mysql') },
  { name: { debian: 'libdbd-pg-perl' }, when: checks('pgsql') },
  {
    name: { debian: 'libnet-inet6glue-perl' },
    when: ({ services }) =>
      services.some(({ check, family }) => family === 'ipv6' && check.kind.startsWith('http')),
  },
];

function checks(kind: CheckKind): (cluster: Cluster) => boolean {
  return ({ services }) => services.some(({ check }) => check.kind === kind);
}

export const documents = {
  // ldirectord(8).
  ldirectord: {
    words: [
      ['virtual service', /^virtual6?\s*=\s*(?<name>\S+)/g, 'holds'],
      ['real server', /^\s+(?:real|fallback)6?\s*=\s*(?<name>\S+)/g, 'inside'],
    ],
    comment: /^\s*#/,
  },
} as const satisfies Readonly<Record<string, DocumentLanguage>>;

/** ldirectord(8). */
export const health: HealthFacts = {
  checks: {
    ...commonChecks,
    http: web,
    https: web,
    http_proxy: web,
    smtp: ['port'],
    submission: mailbox,
    dns: ['port', 'request', 'expect'],
    ftp: directory,
    imap: mailbox,
    imaps: mailbox,
    pop: mailbox,
    pops: mailbox,
    ldap: directory,
    ldaps: directory,
    nntp: ['port'],
    mysql: database,
    pgsql: database,
    oracle: database,
    radius: mailbox,
    sip: mailbox,
    simpletcp: ['port', 'request', 'expect'],
    perl: ['port', 'run'],
  },
  overIpv6: ['none', 'tcp', 'script', 'perl', 'dns', 'http', 'https', 'nntp', 'simpletcp', 'sip'],
  // ldirectord reads everything after # as a comment, even within quotes (its read_config).
  unreadable: {
    characters: /["#]/,
    hint: 'remove # and " (in expect, a dot matches any character), or use another engine',
  },
  lines: 'assignments',
  raw: ['global', 'service', 'check'],
  unnamed: ['https'],
  lacks: ['sctp', 'persistence engine', 'gue and gre'],
  mail: true,
};
