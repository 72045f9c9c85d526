import type { Path } from './cluster.ts';
import type { SecretNeed } from './secret.ts';

/** Who watches the real servers, and takes them out of the table and puts them back. */
export const healthEngines = ['none', 'monitor', 'ldirectord', 'keepalived'] as const;
export type HealthEngine = (typeof healthEngines)[number];

export const checkKinds = [
  'none',
  'ping',
  'tcp',
  'http',
  'https',
  'smtp',
  'dns',
  'udp',
  'ftp',
  'imap',
  'imaps',
  'pop',
  'pops',
  'ldap',
  'ldaps',
  'nntp',
  'mysql',
  'pgsql',
  'oracle',
  'radius',
  'sip',
  'submission',
  'http_proxy',
  'simpletcp',
  'script',
  'perl',
  'file',
  'bfd',
] as const;
export type CheckKind = (typeof checkKinds)[number];

/** What beside its rhythm a check can be told. */
export type CheckOption =
  | 'port'
  | 'request'
  | 'expect'
  | 'status'
  | 'method'
  | 'host'
  | 'record'
  | 'login'
  | 'password'
  | 'database'
  | 'run';

const web = ['port', 'request', 'expect', 'status', 'host'] as const;
const mailbox = ['port', 'login', 'password'] as const;
const database = ['port', 'request', 'login', 'password', 'database'] as const;

/**
 * The checks that each engine has, and what they can be told: ldirectord(8), keepalived.conf(5), and our own monitor,
 * which has ping, curl and whatever a script calls. Those that most people have come first.
 */
const options: Record<Exclude<HealthEngine, 'none'>, Partial<Record<CheckKind, readonly CheckOption[]>>> = {
  keepalived: {
    none: [],
    ping: [],
    tcp: ['port'],
    http: web,
    https: web,
    smtp: ['port', 'host'],
    dns: ['port', 'request', 'record'],
    udp: ['port', 'request', 'expect'],
    script: ['port', 'run'],
    file: ['run'],
    bfd: ['run'],
  },
  ldirectord: {
    none: [],
    ping: [],
    tcp: ['port'],
    http: ['port', 'request', 'expect', 'method', 'host'],
    https: ['port', 'request', 'expect', 'method', 'host'],
    http_proxy: ['port', 'request', 'expect', 'method', 'host'],
    smtp: ['port'],
    submission: mailbox,
    dns: ['port', 'request', 'expect'],
    ftp: ['port', 'request', 'expect', 'login', 'password'],
    imap: mailbox,
    imaps: mailbox,
    pop: mailbox,
    pops: mailbox,
    ldap: ['port', 'request', 'expect', 'login', 'password'],
    ldaps: ['port', 'request', 'expect', 'login', 'password'],
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
  monitor: {
    none: [],
    ping: [],
    tcp: ['port'],
    http: [...web, 'method'],
    https: [...web, 'method'],
    smtp: ['port'],
    ftp: ['port'],
    imap: ['port'],
    pop: ['port'],
    nntp: ['port'],
    submission: ['port'],
    script: ['port', 'run'],
  },
};

/** The engines that can do a check. */
export function enginesFor(kind: CheckKind): Exclude<HealthEngine, 'none'>[] {
  return (Object.keys(options) as Exclude<HealthEngine, 'none'>[]).filter(
    (engine) => kind in options[engine],
  );
}

export function optionsFor(engine: Exclude<HealthEngine, 'none'>, kind: CheckKind): readonly CheckOption[] {
  return options[engine][kind] ?? [];
}

/** The engines whose check of this kind can be told this. */
export function enginesWith(kind: CheckKind, option: CheckOption): Exclude<HealthEngine, 'none'>[] {
  return enginesFor(kind).filter((engine) => optionsFor(engine, kind).includes(option));
}

/** How one service's real servers are checked. Seconds; what is undefined is the engine's own default. */
export interface Check {
  readonly at: Path;
  readonly kind: CheckKind;
  /** Between two checks of a real server. */
  readonly interval: number;
  /** That an answer may take. */
  readonly timeout: number;
  /** Failed checks in a row after which a real server is out. */
  readonly tries: number;
  /** On the real server; undefined for the service's own. */
  readonly port: number | undefined;
  /** What is asked for: a path, a name, a query, raw text. */
  readonly request: string | undefined;
  /** A regular expression that the answer has to match. */
  readonly expect: string | undefined;
  /** HTTP status codes: 200, 200-299. */
  readonly status: readonly string[];
  readonly method: 'GET' | 'HEAD';
  /** The name in the request: HTTP's Host, SMTP's HELO. */
  readonly host: string | undefined;
  /** DNS: A, AAAA, NS, ... */
  readonly record: string | undefined;
  readonly login: string | undefined;
  readonly password: SecretNeed | undefined;
  readonly database: string | undefined;
  /** The program (script, perl), the name of a tracked file or of a BFD instance. */
  readonly run: string | undefined;
  /** Lines of the engine's own, put where its check stands. */
  readonly directives: readonly string[];
}

/** Mail about a real server that is out, or back. */
export interface Alert {
  readonly at: Path;
  readonly to: readonly string[];
  readonly from: string | undefined;
  /** Undefined for the director's own. */
  readonly server: string | undefined;
}

export interface Health {
  readonly at: Path;
  readonly engine: HealthEngine;
  readonly alert: Alert | undefined;
  /** True where a real server that is out stays in the table with weight 0, and keeps its connections. */
  readonly quiesce: boolean;
  /** Lines of the engine's own, for the whole of it and for every service. */
  readonly directives: { readonly global: readonly string[]; readonly service: readonly string[] };
}

/**
 * Seconds within which a real server that died is out: the wait for the next check, then as many checks as it takes,
 * each until its time is over, with the engine's own pause between them.
 */
export function promisedSeconds({ interval, timeout, tries }: Check, engine: HealthEngine): number {
  const pause = engine === 'keepalived' ? keepalivedPause : interval;
  return interval + tries * timeout + (tries - 1) * pause;
}

/** Seconds between a failed check and the next try (keepalived's delay_before_retry). */
export const keepalivedPause = 1;
