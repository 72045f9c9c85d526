import { commonChecks } from '../common-checks.ts';
import type { Pair } from '../../model/failover.ts';
import type { DocumentLanguage, EnginePackage, FailoverFacts, HealthFacts } from '../facts-shape.ts';

const path = /^\//;
const word = /^[A-Za-z0-9_.:/-]+$/;
const words = /^[A-Za-z0-9_./]+( [A-Za-z0-9_./]+)*$/;
const web = ['port', 'request', 'expect', 'status', 'host'] as const;

export const packages: readonly EnginePackage[] = [{ name: 'keepalived' }];

const address = String.raw`[\d.]+|[\da-f]*:[\da-f:]*`;

export const documents = {
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
} as const satisfies Readonly<Record<string, DocumentLanguage>>;

/** The words at the top of keepalived.conf(5) (its install_keyword_root). */
const blocks =
  /^(global_defs|net_namespace|instance|linkbeat_\w+|interface_up_down_delays|static_\w+|vrrp_(script|track_\w+|sync_group|instance)|track_(file|group)|virtual_server(_group)?|SSL|bfd_instance)\b/;

/** keepalived.conf(5). */
export const health: HealthFacts & { readonly pause: number } = {
  checks: {
    ...commonChecks,
    http: web,
    https: web,
    smtp: ['port', 'host'],
    dns: ['port', 'request', 'record'],
    udp: ['port', 'request', 'expect'],
    file: ['run'],
    bfd: ['run'],
  },
  // keepalived reads these as bare words, in which braces and quotation marks have a meaning.
  texts: {
    http: { request: path },
    https: { request: path },
    dns: { request: word },
    udp: { request: words, expect: words },
    file: { run: word },
    bfd: { run: word },
  },
  lines: 'blocks',
  raw: ['global', 'blocks', 'service', 'server', 'check'],
  blocks,
  defined: {
    file: /^\s*(?:vrrp_)?track_file\s+"?(?<name>[^\s"{]+)/,
    bfd: /^\s*bfd_instance\s+"?(?<name>[^\s"{]+)/,
  },
  lacks: [],
  mail: true,
  // The value of delay_before_retry.
  pause: 1,
};

export const failover: FailoverFacts = {
  // VRRP needs no key, and a key is no protection there (RFC 5798, 9).
  defaults: { interval: 1, deadIntervals: 3, key: false },
  // An instance for each cluster: VRRP tells them apart by their ids.
  scope: { id: 'distinct' },
  holders: 'one',
  handOver: 'keepalived_hands_over',
  nodeNames: false,
  lines: 'blocks',
  blocks,
  starts: [],
  syncs: true,
  fences: false,
  has: ['sync_group'],
  refuses: {
    id: 'LVS084',
    title: 'keepalived does not support this setting',
    why: 'VRRP is an IP protocol of its own: it has no ports, and uses multicast or unicast. It counts the dead time in intervals, at most 100 of them. An interval of more than 40 s must be a whole number (keepalived.conf(5), RFC 5798).',
  },
  cannot: [
    {
      setting: 'ping',
      message: 'keepalived does not ping other addresses',
      hint: 'use script: /usr/bin/ping -c 1 -W 1 ADDRESS',
    },
    {
      setting: 'transport',
      when: ({ failover: { transport } }) => transport === 'broadcast',
      message: 'VRRP does not support broadcast',
      hint: 'use unicast or multicast',
    },
    { setting: 'port', message: 'VRRP has no port', hint: 'remove port' },
    {
      setting: 'key',
      when: ({ directors, failover: { key, interval } }) =>
        key !== undefined &&
        (!Number.isInteger(interval) || directors.some(({ address: own }) => own.includes(':'))),
      message: 'VRRP 3, which IPv6 and intervals with a fraction need, has no key (RFC 5798, 9)',
      hint: 'remove key, or use IPv4 and whole seconds',
    },
    {
      setting: 'dead_time',
      when: ({ failover: { deadTime, interval } }) => deadTime / interval < 1,
      message: ({ failover: { deadTime, interval } }) =>
        `a dead time of ${deadTime} s is less than one interval of ${interval} s`,
      hint: threeIntervals,
    },
    {
      setting: 'dead_time',
      when: ({ failover: { deadTime, interval } }) => deadTime / interval > 100,
      message: ({ failover: { deadTime, interval } }) =>
        `a dead time of ${deadTime} s is more than 100 intervals of ${interval} s`,
      hint: threeIntervals,
    },
    {
      setting: 'interval',
      when: ({ failover: { interval } }) => interval > 40 && !Number.isInteger(interval),
      message: ({ failover: { interval } }) =>
        `an interval of ${interval} s is more than 40 s and not a whole number`,
      hint: 'use a whole number',
    },
  ],
};

function threeIntervals({ failover: { interval } }: Pair): string {
  return `use ${3 * interval}`;
}
