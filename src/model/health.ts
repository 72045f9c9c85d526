import { healthFacts } from '../engines/facts.ts';
import type { HealthFacts } from '../engines/facts-shape.ts';
import type { Path } from './cluster.ts';
import type { SecretNeed } from './secret.ts';

/** The engine that checks the real servers, takes them out of the table and puts them back. */
export type HealthEngine = 'none' | HealthDaemon;
export type HealthDaemon = keyof typeof healthFacts;
export const healthDaemons = Object.keys(healthFacts) as readonly HealthDaemon[];
export const healthEngines: readonly HealthEngine[] = ['none', ...healthDaemons];

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

/** The options of a check beside its timing. */
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

/** The engines that can do a check. */
export function enginesFor(kind: CheckKind): HealthDaemon[] {
  return healthDaemons.filter((engine) => kind in healthFacts[engine].checks);
}

export function optionsFor(engine: HealthDaemon, kind: CheckKind): readonly CheckOption[] {
  return healthFactsOf(engine).checks[kind] ?? [];
}

/** The engines whose check of this kind has this option. */
export function enginesWith(kind: CheckKind, option: CheckOption): HealthDaemon[] {
  return enginesFor(kind).filter((engine) => optionsFor(engine, kind).includes(option));
}

/** How one service's real servers are checked. Times are in seconds; undefined means the engine's own default. */
export interface Check {
  readonly at: Path;
  readonly kind: CheckKind;
  /** The time between two checks of a real server. */
  readonly interval: number;
  /** The time that an answer may take. */
  readonly timeout: number;
  /** Failed checks in a row after which a real server is out. */
  readonly tries: number;
  /** The port on the real server; undefined for the service's own. */
  readonly port: number | undefined;
  /** The request: a path, a name, a query, raw text. */
  readonly request: string | undefined;
  /** A regular expression that the answer must match. */
  readonly expect: string | undefined;
  /** Accepted HTTP status codes: 200, 200-299. */
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
  /** Lines in the engine's own language, added to the check. */
  readonly directives: readonly string[];
}

/** Mail about a real server that is out, or back. */
export interface Alert {
  readonly at: Path;
  readonly to: readonly string[];
  readonly from: string | undefined;
  /** The mail server; undefined for the director's own. */
  readonly server: string | undefined;
}

export interface Health {
  readonly at: Path;
  readonly engine: HealthEngine;
  readonly alert: Alert | undefined;
  /** True if a failed real server is kept in the table with weight 0, and so keeps its connections. */
  readonly quiesce: boolean;
  /** Lines in the engine's own language: global settings, blocks beside them, and lines of each service and real server. */
  readonly directives: Readonly<Record<'global' | 'blocks' | 'service' | 'server', readonly string[]>>;
}

/**
 * Seconds within which a dead real server is out of the table: the wait for the next check, then all tries, each until its
 * timeout, with the engine's own pause between them.
 */
export function promisedSeconds({ interval, timeout, tries }: Check, engine: HealthEngine): number {
  const pause = engine === 'none' ? interval : (healthFactsOf(engine).pause ?? interval);
  return interval + tries * timeout + (tries - 1) * pause;
}

export function healthFactsOf(engine: HealthDaemon): HealthFacts {
  return healthFacts[engine];
}
