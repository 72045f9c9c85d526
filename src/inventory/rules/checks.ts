import type { VirtualService } from '../../model/cluster.ts';
import {
  type CheckOption,
  enginesFor,
  enginesWith,
  type HealthDaemon,
  healthDaemons,
  healthFactsOf,
  optionsFor,
} from '../../model/health.ts';
import { eachWatched } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about how one service's real servers are checked. */
export const checkRules: readonly Rule[] = [
  {
    id: 'LVS074',
    severity: 'error',
    title: 'the engine has no such check',
    why: 'Each engine has its own checks (ldirectord(8), keepalived.conf(5)). With a check that the engine does not have, the real servers would not be watched.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check: { kind, at } }) => {
        const able = enginesFor(kind);
        return able.includes(engine)
          ? undefined
          : {
              path: at,
              message: `${engine} has no ${kind} check`,
              hint: `use engine: ${able.join(' or ')}, or another check`,
            };
      }),
  },
  {
    id: 'LVS075',
    severity: 'error',
    title: 'the check has no such option',
    why: 'The engine has no setting for this option, so it would be without effect.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check }) =>
        untaken(engine, check).map((option) => ({
          path: check.at,
          message: `${engine}’s ${check.kind} check takes no ${option}`,
          hint: [...otherEngines(check.kind, option), `remove ${option}`].join(', or '),
        })),
      ),
  },
  {
    id: 'LVS076',
    severity: 'error',
    title: 'a check lacks a required option',
    why: 'A script check needs a program, a database check a query. Without it the check would fail, and every real server would be out.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check }) =>
        (enginesFor(check.kind).includes(engine) ? (needs[check.kind] ?? []) : [])
          .filter((option) => !told(check).includes(option))
          .map((option) => ({
            path: check.at,
            message: `the check ${check.kind} needs ${option}`,
            hint: `add ${option}: ...`,
          })),
      ),
  },
  {
    id: 'LVS114',
    severity: 'warning',
    title: 'the handshake of this check does not name the host',
    why: 'A server with a certificate for each host may refuse a TLS handshake that names none (SNI, RFC 6066). ldirectord connects to the real server’s address, and names the host only in HTTP’s Host (its check_http). Such a real server would be out, though it serves.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check: { kind, host, at } }) =>
        host === undefined || !healthFactsOf(engine).unnamed?.includes(kind)
          ? undefined
          : {
              path: at,
              message: `${engine} names ${host} only after the handshake`,
              hint: 'where the real servers need the name in the handshake, use engine: keepalived or monitor',
            },
      ),
  },
  {
    id: 'LVS086',
    severity: 'error',
    title: 'ldirectord cannot read this text',
    why: 'ldirectord reads everything after # as a comment, even within quotes, and cannot read a quotation mark in a text (its read_config).',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check }) => {
        const { unreadable } = healthFactsOf(engine);
        const bad = [check.request, check.expect, check.host, check.login, check.database, check.run].find(
          (text) => text !== undefined && unreadable?.characters.test(text),
        );
        return unreadable !== undefined && bad !== undefined
          ? {
              path: check.at,
              message: `${engine} cannot read ${bad}`,
              hint: unreadable.hint,
            }
          : undefined;
      }),
  },
  {
    id: 'LVS104',
    severity: 'error',
    title: 'the engine would misread a text of the check',
    why: 'The request of a web check begins with a path; anything else would name another host. keepalived reads the name of a DNS check, the bytes of a UDP check and the names of files and BFD instances as bare words, in which a brace or a quotation mark has a meaning of its own.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check }) => {
        const wrong = Object.entries(healthFactsOf(engine).texts?.[check.kind] ?? {}).find(
          ([key, fits]) => !fits.test(check[key as 'request' | 'expect' | 'run'] ?? '/'),
        );
        return wrong === undefined
          ? undefined
          : {
              path: check.at,
              message: `${engine}’s ${check.kind} check cannot take ${wrong[0]}: ${check[wrong[0] as 'request']}`,
              hint: `use a text that matches ${wrong[1].source}`,
            };
      }),
  },
  {
    id: 'LVS088',
    severity: 'error',
    title: 'ldirectord has no such check for IPv6',
    why: 'For IPv6 ldirectord has the check types connect, external, on and off, and the services dns, http, https, nntp, simpletcp and sip (ldirectord(8)).',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check, family }) =>
        family === 'ipv6' && healthFactsOf(engine).overIpv6?.includes(check.kind) === false
          ? {
              path: check.at,
              message: `${engine} has no ${check.kind} check for IPv6`,
              hint: `use check: tcp, or engine: ${overBoth}`,
            }
          : undefined,
      ),
  },
];

const [overBoth] = healthDaemons.filter((engine) => healthFactsOf(engine).overIpv6 === undefined);

const needs: Partial<Record<VirtualService['check']['kind'], readonly CheckOption[]>> = {
  script: ['run'],
  perl: ['run'],
  file: ['run'],
  bfd: ['run'],
  mysql: ['request', 'login', 'database'],
  pgsql: ['request', 'login', 'database'],
  oracle: ['request', 'login', 'database'],
  simpletcp: ['request', 'expect'],
};

const optionNames = [
  'port',
  'request',
  'expect',
  'host',
  'record',
  'login',
  'password',
  'database',
  'run',
] as const satisfies readonly CheckOption[];

/** Options of a check that its engine does not take; none where the engine has no such check (LVS074). */
function untaken(engine: HealthDaemon, check: VirtualService['check']): CheckOption[] {
  if (!enginesFor(check.kind).includes(engine)) return [];
  return told(check).filter((option) => !optionsFor(engine, check.kind).includes(option));
}

function otherEngines(...check: Parameters<typeof enginesWith>): string[] {
  const others = enginesWith(...check);
  return others.length === 0 ? [] : [`use engine: ${others.join(' or ')}`];
}

function told(check: VirtualService['check']): CheckOption[] {
  return [
    ...optionNames.filter((name) => check[name] !== undefined),
    ...(check.status.length > 0 ? (['status'] as const) : []),
    ...(check.method === 'HEAD' ? (['method'] as const) : []),
  ];
}
