import type { HealthFacts } from '../facts-shape.ts';

const web = ['port', 'request', 'expect', 'method', 'host'] as const;
const mailbox = ['port', 'login', 'password'] as const;
const database = ['port', 'request', 'login', 'password', 'database'] as const;
const directory = ['port', 'request', 'expect', 'login', 'password'] as const;

/** ldirectord(8). */
export const health: HealthFacts = {
  checks: {
    none: [],
    ping: [],
    tcp: ['port'],
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
    script: ['port', 'run'],
    perl: ['port', 'run'],
  },
  overIpv6: ['none', 'tcp', 'script', 'perl', 'dns', 'http', 'https', 'nntp', 'simpletcp', 'sip'],
  // It takes everything after # for a comment, also within quotes (its read_config).
  unreadable: {
    characters: /["#]/,
    hint: 'leave # and " out (in expect, a dot stands for any character), or use another engine',
  },
  lines: 'assignments',
  lacks: ['sctp', 'persistence engine', 'gue and gre'],
  mail: true,
};
