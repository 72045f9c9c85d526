import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import { entrusting } from '../../src/plan/entrusted.ts';
import type { Reading } from '../../src/plan/see.ts';
import { manifestOf } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { machine, reading, shop } from '../support/readings.ts';

const lb1 = entry('lb1', { at: '10.0.0.2' });
const rs1 = entry('rs1', { at: '10.0.0.11', machine: machine('1') });
const rs2 = entry('rs2', { at: '10.0.0.12' });
const has = (name: string, ...roster: readonly RosterEntry[]): Reading =>
  reading(name, { manifest: manifestOf({ host: name, roster }), met: { machine: machine(name.slice(-1)) } });

/** What rs2, which is to know lb1, keeps of its roster: what no director knows, and in parentheses what one knows. */
const kept: readonly (readonly [title: string, host: Reading, others: readonly Reading[], keeps: string])[] =
  [
    ['what it is to know anyway', has('rs2', lb1), [], ''],
    ['it was a director, and the new one is blank', has('rs2', lb1, rs1, rs2), [reading('lb1')], 'rs1'],
    ['the new one knows it by now', has('rs2', lb1, rs1), [has('lb1', lb1, rs1)], '(rs1)'],
    ['another real server is no director', has('rs2', rs1), [has('rs1', rs1)], 'rs1'],
    ['a director of the inventory has what it is to have', has('lb1', rs1), [], ''],
    ['a place where the host is not', has('rs2', entry('rs1', { at: '10.9.9.9' })), [], ''],
    ['a host by another name', has('rs2', entry('web1', { at: '10.0.0.11' })), [], ''],
    ['another machine than is there now', has('rs2', { ...rs1, machine: machine('7') }), [has('rs1')], ''],
    ['hearsay', has('rs2', { ...rs1, hearsay: true }), [], ''],
    ['each host once', has('rs2', rs1, rs1), [], 'rs1'],
    [
      'a host of another inventory',
      reading('rs2', { manifest: manifestOf({ owner: 'other', roster: [rs1] }) }),
      [],
      '',
    ],
  ];

for (const [title, host, others, keeps] of kept) {
  test(`a host that was a director keeps ${keeps === '' ? 'nothing' : keeps}: ${title}`, (t) => {
    const { needed, spare } = entrusting(shop, [host, ...others])(host, [lb1]);
    t.is([...needed.map((each) => each.host), ...spare.map((each) => `(${each.host})`)].join(' '), keeps);
  });
}

test('the hosts of the inventory are gone through once, however many hosts ask', (t) => {
  let times = 0;
  const counted = {
    ...shop,
    get hosts() {
      times += 1;
      return shop.hosts;
    },
  };
  const entrusted = entrusting(counted, [has('rs1'), has('rs2')]);
  for (let each = 0; each < 10; each++) entrusted(has('rs2', rs1), [lb1]);
  t.is(times, 1);
});
