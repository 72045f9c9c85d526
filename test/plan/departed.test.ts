import test from 'ava';
import type { Manifest } from '../../src/observe/manifest.ts';
import type { Candidate, Present } from '../../src/plan/candidates.ts';
import { judgeSeen, judgeSilent, lastCall, notesOf, type Verdict } from '../../src/plan/departed.ts';
import type { Met } from '../../src/plan/identity.ts';
import { noteText } from '../../src/plan/notes.ts';
import { manifestOf } from '../support/manifests.ts';
import { blocked, entry, failed, realServer, type Trait, unreachable } from '../support/plans.ts';
import { candidate, key, machine, met, present } from '../support/readings.ts';

const isNamed = (verdict: Verdict): string =>
  [verdict.is, ...notesOf(verdict).map(({ at }) => `(${at})`)].join(' ');

/** A host that has left, by its own word: the inventory owns it, and it knows a host of the inventory. */
const leaver = manifestOf({ host: 'rs9', roster: [entry('lb1', { at: '10.0.0.2' })] });
const stranger = (more: Parameters<typeof manifestOf>[0]): Manifest => ({ ...leaver, ...manifestOf(more) });
const seen = met('rs9', { machine: machine('9'), addresses: ['10.0.0.99'] });
const lb1 = met('lb1', { place: '10.0.0.2:22', machine: machine('1') });
const rs1 = met('rs1', { place: '10.0.0.11:22', machine: machine('2') });
const rs9 = candidate('rs9');

/** What a place said of itself, and what comes of it: the verdict, and the host at which it is noted. */
const answered: readonly (readonly [
  title: string,
  candidate: Candidate,
  seen: Met,
  manifest: Manifest | undefined,
  present: Present,
  verdict: string,
])[] = [
  [
    'this inventory owns it, and it knows a host of the inventory',
    rs9,
    seen,
    leaver,
    present([lb1]),
    'leaver',
  ],
  ['nothing of lvsform is there', rs9, seen, undefined, present([lb1]), 'done'],
  [
    'it is a host of the inventory, by another way',
    rs9,
    { ...rs1, name: 'rs9' },
    leaver,
    present([lb1, rs1]),
    'done (rs1)',
  ],
  [
    'another inventory owns it now',
    rs9,
    seen,
    stranger({ owner: 'other', roster: leaver.roster }),
    present([lb1]),
    'done (lb1)',
  ],
  [
    'its owner, another inventory, gave it up',
    rs9,
    seen,
    stranger({ owner: 'other', released: '2026-02-01T00:00:00.000Z', roster: leaver.roster }),
    present([lb1]),
    'done (lb1)',
  ],
  [
    'this inventory gave it up',
    rs9,
    seen,
    stranger({ released: '2026-02-01T00:00:00.000Z', roster: leaver.roster }),
    present([lb1]),
    'done (lb1)',
  ],
  [
    'it has the address of a real server: directors go on sending there',
    rs9,
    { ...seen, addresses: ['10.0.0.11', '10.0.0.99'] },
    leaver,
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'it calls itself by the name of a host that was not reached',
    rs9,
    seen,
    { ...leaver, host: 'rs1' },
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'it calls itself by the name of a host that was reached: the name has moved on',
    rs9,
    seen,
    { ...leaver, host: 'rs1' },
    present([lb1, rs1]),
    'leaver',
  ],
  [
    'it knows no host of the inventory: another host made it up',
    rs9,
    seen,
    { ...leaver, roster: [entry('lb7', { at: '10.9.9.2' })] },
    present([lb1]),
    'kept (lb1)',
  ],
  ['it knows nobody', rs9, seen, { ...leaver, roster: [] }, present([lb1]), 'kept (lb1)'],
  [
    'it knows nobody that is left, and a director knew this machine by its host key',
    { ...rs9, machines: [machine('9')] },
    seen,
    { ...leaver, roster: [] },
    present([lb1]),
    'leaver',
  ],
  [
    'the same, of another machine than the director knew',
    { ...rs9, machines: [machine('7')] },
    seen,
    { ...leaver, roster: [] },
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'the same, by hearsay only',
    { ...rs9, trusted: false, machines: [machine('9')] },
    seen,
    { ...leaver, roster: [] },
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'it knows the one that named it, which has left before',
    candidate('rs9', { trusted: false, hearsay: true, by: machine('8') }),
    seen,
    { ...leaver, roster: [entry('lb9', { at: '10.9.9.2', machine: machine('8') })] },
    present([lb1]),
    'leaver',
  ],
  [
    'it knows another one than the one that named it',
    candidate('rs9', { trusted: false, hearsay: true, by: machine('8') }),
    seen,
    { ...leaver, roster: [entry('lb9', { at: '10.9.9.2', machine: machine('7') })] },
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'it knows a host of the inventory by its host key, at an old address',
    rs9,
    seen,
    { ...leaver, roster: [entry('old', { at: '10.9.9.2', machine: machine('1') })] },
    present([lb1]),
    'leaver',
  ],
  [
    'it knows another machine at the address of a host of the inventory',
    rs9,
    seen,
    { ...leaver, roster: [entry('lb1', { at: '10.0.0.2', machine: machine('7') })] },
    present([lb1]),
    'kept (lb1)',
  ],
  [
    'it knows one that has left itself',
    rs9,
    seen,
    { ...leaver, roster: [entry('lb9', { at: '10.0.0.9', machine: machine('8') })] },
    { ...present([lb1]), left: [{ entry: entry('lb9'), met: met('lb9', { machine: machine('8') }) }] },
    'leaver',
  ],
];

for (const [title, one, was, manifest, here, verdict] of answered) {
  test(`it answers: ${title}: ${verdict}`, (t) =>
    t.is(isNamed(judgeSeen(one, was, manifest, here)), verdict));
}

const proven = machine('2');

/** A place that did not answer. */
const silent: readonly (readonly [
  title: string,
  candidate: Candidate,
  failure: Trait,
  present: Present,
  verdict: string,
])[] = [
  ['nobody knows more', rs9, unreachable, present([lb1, rs1]), 'out of reach'],
  [
    'it refused us',
    candidate('rs9', { machines: [proven] }),
    failed('refused'),
    present([rs1]),
    'out of reach',
  ],
  ['it could not be read', candidate('rs9', { machines: [proven] }), blocked, present([rs1]), 'out of reach'],
  [
    'a host of the inventory is that machine, and its host key proves it',
    candidate('rs9', { machines: [proven] }),
    unreachable,
    present([lb1, rs1]),
    'done (rs1)',
  ],
  [
    'a machine-id alone proves nothing',
    candidate('rs9', { machines: [{ id: proven.id! }] }),
    unreachable,
    present([lb1, rs1]),
    'out of reach',
  ],
  [
    'rosters differ in the machine',
    candidate('rs9', { machines: [proven, machine('3')] }),
    unreachable,
    present([lb1, rs1]),
    'out of reach',
  ],
  [
    'a host key alone is enough where there is no machine-id',
    candidate('rs9', { machines: [key('2')] }),
    unreachable,
    present([{ ...rs1, machine: key('2') }]),
    'done (rs1)',
  ],
  [
    'a host of the inventory has its name now: that is another machine',
    candidate('rs1', { at: '10.0.0.99' }),
    unreachable,
    present([lb1]),
    'kept (rs1)',
  ],
];

for (const [title, one, trait, here, verdict] of silent) {
  test(`it does not answer: ${title}: ${verdict}`, (t) => {
    const { state } = trait(realServer(one.label));
    t.true(state.is !== 'ready');
    if (state.is !== 'ready') t.is(isNamed(judgeSilent(one, state, here)), verdict);
  });
}

test('what is said names the host, its address and the way out', (t) => {
  const note = (verdict: Verdict): string =>
    notesOf(verdict)
      .map((each) => noteText(each))
      .join();
  const bearer = judgeSeen(rs9, { ...seen, addresses: ['10.0.0.11'] }, leaver, present([lb1]));
  t.regex(note(bearer), /^rs9 has the address 10\.0\.0\.11 of rs1.*correct how rs1 is reached/);
  const { state } = unreachable(realServer('rs1'));
  const gone = { ...candidate('rs1', { at: '10.0.0.99' }), label: 'rs1@10.0.0.99' };
  t.regex(
    state.is === 'unreachable' ? note(judgeSilent(gone, state, present([lb1]))) : '',
    /at 10\.0\.0\.99; it does not answer.*--forget rs1@10\.0\.0\.99/,
  );
  t.is(note({ is: 'not looked at', note: { note: 'later', at: 'lb1' } }), 'later');
  t.deepEqual(notesOf({ is: 'leaver' }), []);
});

test('the last call of a destroy is for a host that cannot be reached, and only for that', (t) => {
  const { state } = lastCall(realServer('rs9', unreachable));
  t.regex(
    state.is === 'unreachable' ? state.reason : '',
    /no route to host; after this destroy no host remembers rs9/,
  );
  const read = realServer('rs9');
  t.is(lastCall(read), read);
});
