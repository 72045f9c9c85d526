import test from 'ava';
import { keepingLines, lostWords, withHeld } from '../../src/plan/held-back.ts';
import { file } from '../../src/resources/file.ts';
import type { Change } from '../../src/resources/kind.ts';
import { change, write } from '../support/changes.ts';
import { manifestOf, ownVip, service } from '../support/manifests.ts';

const had = manifestOf({}, service({ rs1: 1, rs2: 1 }), ownVip());
const wanted = [service({ rs1: 1, rs3: 1 }), ownVip()];
const lost = lostWords(had, wanted);
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

test('what leaves is told by its place, and by its address where nobody else has it', (t) => {
  t.deepEqual(lost, [[gone.address, String(gone.port)], [gone.address]]);
  t.deepEqual(lostWords(had, [service({ rs1: 9, rs2: 0 }), ownVip()]), []);
  t.deepEqual(lostWords(undefined, wanted), []);
  const withoutVip = lostWords(had, []).map((words) => words.join(' '));
  t.true(withoutVip.includes('10.0.0.100'));
  t.true(withoutVip.includes('10.0.0.100 80'));
});

test('a rule file keeps the lines of what leaves, and gets those of what is new', (t) => {
  const before = `${head}${line(stays)}${line(gone)}`;
  const after = `${head}${line(stays)}-a -t 10.0.0.100:80 -r 10.0.0.99:80 -g -w 1\n`;
  const resource = file(rules, after, { traffic: 'ipvsadm' });
  const { change: kept, why } = keepingLines(edit(rules, before, after), resource, lost);
  t.is(why, `file ${rules} keeps ${line(gone).trim()}`);
  t.deepEqual(
    kept?.actions.map((action) => action.do === 'write' && action.content),
    [`${after}${line(gone)}`],
  );
  t.deepEqual(kept?.details, [{ path: rules, before, after: `${after}${line(gone)}` }]);
});

test('where only lines of what leaves would go, nothing changes', (t) => {
  const before = `${head}${line(stays)}${line(gone)}`;
  const resource = file(rules, `${head}${line(stays)}`, { traffic: 'ipvsadm' });
  const { change: kept, why } = keepingLines(edit(rules, before, `${head}${line(stays)}`), resource, lost);
  t.is(kept, undefined);
  t.is(why, `file ${rules} keeps ${line(gone).trim()}`);
});

test('another document that would lose something stays as it is; one that loses nothing changes', (t) => {
  const path = '/etc/keepalived/keepalived.conf';
  const real = (each: Place, weight: number): string =>
    `  real_server ${each.address} ${each.port} {\n    weight ${weight}\n  }\n`;
  const resource = file(path, '', { traffic: 'keepalived' });
  const held = keepingLines(edit(path, real(stays, 1) + real(gone, 1), real(stays, 5)), resource, lost);
  t.is(held.change, undefined);
  t.regex(held.why ?? '', /stays as it is, or it would lose real_server \S+ 80 \{$/);
  const heavier = edit(path, real(stays, 1), real(stays, 5));
  t.deepEqual(keepingLines(heavier, resource, lost), { change: heavier, why: undefined });
  const secret: Change = {
    ...change(`file:${path}`, 'change', write(path)),
    details: [{ verb: 'change', text: 'the content (not shown: it holds a secret)' }],
  };
  t.is(keepingLines(secret, resource, lost).change, undefined);
  t.is(keepingLines(secret, resource, []).change, secret);
});

test('the manifest goes on to name the real servers that stay', (t) => {
  const [kept] = wanted.map((each) => withHeld(each, had));
  t.deepEqual(kept, service({ rs1: 1, rs3: 1, rs2: 1 }));
  t.deepEqual(withHeld(wanted[0]!, manifestOf({}, service({ rs1: 1, rs3: 1 }))), wanted[0]);
});
