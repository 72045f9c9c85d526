import test from 'ava';
import fc from 'fast-check';
import { allowedRules, keepingLines, lostIn, withHeld } from '../../src/plan/held-back.ts';
import { file } from '../../src/resources/file.ts';
import type { PacketFilterResource } from '../../src/resources/packet-filter.ts';
import type { PacketRule } from '../../src/resources/packet-rules.ts';
import type { Change } from '../../src/resources/kind.ts';
import { change, write } from '../support/changes.ts';
import { manifestOf, ownVip, service } from '../support/manifests.ts';

const had = manifestOf({}, service({ rs1: 1, rs2: 1 }), ownVip());
const wanted = [service({ rs1: 1, rs3: 1 }), ownVip()];
const lost = lostIn(had, wanted);
/** Where a real server takes connections: in these tests its name is its address. */
type Place = { readonly address: string; readonly port: number };
const gone: Place = { address: 'rs2', port: 80 };
const stays: Place = { address: 'rs1', port: 80 };
const place = ({ address, port }: Place): string => `${address}:${port}`;

/** A change from one text to another. */
function edit(path: string, before: string, after: string): Change {
  return { ...change(`file:${path}`, 'change', write(path)), details: [{ path, before, after }] };
}

const rules = '/etc/ipvsadm.rules';
const line = (each: Place): string => `-a -t 10.0.0.100:80 -r ${place(each)} -g -w 1\n`;
const head = '-A -t 10.0.0.100:80 -s wlc\n';

test('what leaves is named: a real server of a service, a service, a VIP', (t) => {
  t.deepEqual(lost.what, ['rs2:80 of tcp 10.0.0.100:80']);
  t.deepEqual([...lost.addresses], ['rs2']);
  const same = lostIn(had, [service({ rs1: 9, rs2: 0 }), ownVip()]);
  t.deepEqual([same.what, [...same.addresses]], [[], []]);
  t.deepEqual(lostIn(undefined, wanted).what, []);
  t.deepEqual(lostIn(had, []).what.slice(-2), ['tcp 10.0.0.100:80', 'the VIP 10.0.0.100']);
});

test('a rule file keeps the lines of what leaves, and gets those of what is new', (t) => {
  const before = `${head}${line(stays)}${line(gone)}`;
  const after = `${head}${line(stays)}-a -t 10.0.0.100:80 -r 10.0.0.99:80 -g -w 1\n`;
  const { change: kept, why } = allowedRules(edit(rules, before, after), ['add', 'change']);
  t.is(why, `file ${rules}: ${line(gone).trim()} is kept`);
  t.deepEqual(
    kept?.actions.map((action) => action.do === 'write' && action.content),
    [`${after}${line(gone)}`],
  );
  t.deepEqual(kept?.details, [{ path: rules, before, after: `${after}${line(gone)}` }]);
});

test('where only lines of what leaves would go, nothing changes', (t) => {
  const before = `${head}${line(stays)}${line(gone)}`;
  const { change: kept, why } = allowedRules(edit(rules, before, `${head}${line(stays)}`), ['add', 'change']);
  t.is(kept, undefined);
  t.is(why, `file ${rules}: ${line(gone).trim()} is kept`);
});

const nothing = { lost: lostIn(undefined, []) };

test('another document that would lose something stays as it is; one that loses nothing changes', (t) => {
  const path = '/etc/keepalived/keepalived.conf';
  const real = (each: Place, weight: number): string =>
    `  real_server ${each.address} ${each.port} {\n    weight ${weight}\n  }\n`;
  const resource = file(path, '', { traffic: 'keepalived' });
  const held = keepingLines(edit(path, real(stays, 1) + real(gone, 1), real(stays, 5)), resource, { lost });
  t.is(held.change, undefined);
  t.regex(held.why ?? '', /is not changed: it would lose rs2:80 of tcp 10\.0\.0\.100:80$/);
  const heavier = edit(path, real(stays, 1), real(stays, 5));
  t.deepEqual(keepingLines(heavier, resource, nothing), { change: heavier, why: undefined });
  const secret: Change = {
    ...change(`file:${path}`, 'change', write(path)),
    details: [{ verb: 'change', text: 'the content (not shown: it contains a secret)' }],
  };
  t.is(keepingLines(secret, resource, { lost }).change, undefined);
  t.is(keepingLines(secret, resource, nothing).change, secret);
});

const web: PacketRule = { do: 'mark', mark: 1, vip: '10.0.0.100', protocol: 'tcp', first: 80, last: 80 };
const mail: PacketRule = { ...web, first: 25, last: 25 };

test('a packet filter that would lose a rule stays as it is, and so does the script that brings it back', (t) => {
  const filter = (...all: readonly PacketRule[]): PacketFilterResource => ({
    kind: 'packet-filter',
    family: 'ip',
    rules: all,
  });
  const before = lostIn(manifestOf({}, filter(web, mail)), [filter(web)]);
  t.deepEqual(before.what, ['the rule ip daddr 10.0.0.100 tcp dport 25 meta mark set 0x00000001']);
  const live = (verb: 'add' | 'remove'): Change => ({
    ...change('packet-filter:ip', 'change', write('/')),
    details: [{ verb, text: 'ip daddr 10.0.0.100 tcp dport 25' }],
  });
  t.is(keepingLines(live('remove'), filter(web), { lost: before }).change, undefined);
  t.deepEqual(keepingLines(live('add'), filter(web), nothing).change, live('add'));
  const both = filter(web, mail);
  t.deepEqual(withHeld(filter(web), manifestOf({}, both)), both);
  t.deepEqual(withHeld(both, manifestOf({}, filter(web))), both);
  const path = '/usr/local/sbin/lvs-filter';
  const script = file(path, '#!/bin/sh\nnew\n');
  t.is(
    keepingLines(edit(path, '#!/bin/sh\nold\n', '#!/bin/sh\nnew\n'), script, { lost: before }).change,
    undefined,
  );
});

test('the manifest goes on to name the real servers that stay', (t) => {
  const [kept] = wanted.map((each) => withHeld(each, had));
  t.deepEqual(kept, service({ rs1: 1, rs3: 1, rs2: 1 }));
  t.deepEqual(withHeld(wanted[0]!, manifestOf({}, service({ rs1: 1, rs3: 1 }))), wanted[0]);
});

const keys = [
  '-t 10.0.0.1:80',
  '-t 10.0.0.1:443',
  '-t 10.0.0.2:80',
  '-u 10.0.0.1:53',
  '-t 10.0.0.1:53',
  '-f 1',
  '-f 2',
  '-f 1 -6',
];
const weights = fc.dictionary(fc.constantFrom('rs1', 'rs2', 'rs3', 'rs4'), fc.integer({ min: 0, max: 9 }));
const tables = fc.dictionary(fc.constantFrom(...keys), weights);

/** What a table says of each place: the service's line, and those of its real servers. */
type Table = Record<string, Record<string, number>>;
const textOf = (table: Table): string =>
  Object.entries(table)
    .map(
      ([key, servers]) =>
        `-A ${key} -s wlc\n${Object.entries(servers)
          .map(([server, weight]) => `-a ${key} -r ${server}:80 -g -w ${weight}\n`)
          .join('')}`,
    )
    .join('');
const linesOf = (text: string): string[] => text.split('\n').filter(Boolean).toSorted();
const allowed = fc.subarray(['add', 'change', 'remove'] as const);

/** What goes live: each place by itself, but real servers go with their service, and come with it. */
function liveOf(old: Table, now: Table, allow: readonly string[]): Table {
  const result: Table = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [then, to] = [old[key], now[key]];
    if (then === undefined && !allow.includes('add')) continue;
    if (to === undefined && allow.includes('remove')) continue;
    const servers: Record<string, number> = {};
    for (const each of new Set([...Object.keys(then ?? {}), ...Object.keys(to ?? {})])) {
      const [before, after] = [then?.[each], to?.[each]];
      const verb = before === undefined ? 'add' : after === undefined ? 'remove' : 'change';
      const weight = to !== undefined && allow.includes(verb) ? after : before;
      if (weight !== undefined) servers[each] = weight;
    }
    result[key] = servers;
  }
  return result;
}

test('whatever is allowed: the rule file has the table that goes live', (t) => {
  fc.assert(
    fc.property(tables, tables, allowed, (old, now, allow) => {
      const [before, after] = [textOf(old), textOf(now)];
      fc.pre(before !== after);
      const { change: kept, why } = allowedRules(edit(rules, before, after), allow);
      const [detail] = kept?.details ?? [];
      const then = detail !== undefined && 'path' in detail ? detail.after : before;
      t.deepEqual(linesOf(then), linesOf(textOf(liveOf(old, now, allow))));
      t.is(why === undefined, linesOf(then).join() === linesOf(after).join());
      t.is(allow.length === 3 && why !== undefined, false);
    }),
  );
});

test('the manifest goes on to have what stays of each service', (t) => {
  fc.assert(
    fc.property(tables, tables, (old, now) => {
      for (const [key, servers] of Object.entries(now)) {
        const held = withHeld(service(servers, { key }), manifestOf({}, service(old[key] ?? {}, { key })));
        const [{ want }] = [held as Extract<typeof held, { kind: 'virtual-service' }>];
        const destinations = want === 'absent' ? [] : want.destinations;
        t.deepEqual(
          destinations.map(({ server }) => server).toSorted(),
          [...new Set([...Object.keys(servers), ...Object.keys(old[key] ?? {})])].toSorted(),
        );
      }
    }),
    { numRuns: 300 },
  );
});
