import test from 'ava';
import type { FailoverEngine } from '../../src/model/failover.ts';
import { handOver, handOverId } from '../../src/plan/hand-over.ts';
import type { AddressResource } from '../../src/resources/address.ts';
import type { Change } from '../../src/resources/kind.ts';
import { change, write } from '../support/changes.ts';

const vip = (address: string, group: string, engine: FailoverEngine = 'keepalived'): AddressResource => ({
  kind: 'address',
  address,
  prefix: 32,
  interface: 'eth0',
  want: 'floating',
  moves: { engine, group },
});
const own: AddressResource = {
  kind: 'address',
  address: '10.0.0.9',
  prefix: 32,
  interface: 'eth0',
  want: 'present',
};
const edit = [
  change('file:/etc/keepalived/keepalived.conf', 'change', write('/etc/keepalived/keepalived.conf')),
];
const none: Change[] = [];

/** What is handed over: the words of each command. */
const rows: readonly (readonly [
  title: string,
  addresses: readonly AddressResource[],
  holds: string,
  changes: readonly Change[],
  handedOver: readonly string[],
])[] = [
  [
    'the holder hands its VIP over',
    [vip('10.0.0.1', 'web')],
    '10.0.0.1',
    edit,
    ['keepalived_hands_over web 10.0.0.1'],
  ],
  [
    'VIPs that move together are handed over together',
    [vip('10.0.0.1', 'web'), vip('10.0.0.2', 'web')],
    '10.0.0.1 10.0.0.2',
    edit,
    ['keepalived_hands_over web 10.0.0.1 10.0.0.2'],
  ],
  [
    'each group by itself',
    [vip('10.0.0.1', 'web'), vip('10.0.0.2', 'api')],
    '10.0.0.1 10.0.0.2',
    edit,
    ['keepalived_hands_over web 10.0.0.1', 'keepalived_hands_over api 10.0.0.2'],
  ],
  [
    'each group by the engine that moves it',
    [vip('10.0.0.1', 'web'), vip('10.0.0.2', 'api', 'pacemaker')],
    '10.0.0.1 10.0.0.2',
    edit,
    ['keepalived_hands_over web 10.0.0.1', 'pacemaker_hands_over api 10.0.0.2'],
  ],
  [
    'only what it holds',
    [vip('10.0.0.1', 'web'), vip('10.0.0.2', 'api')],
    '10.0.0.2',
    edit,
    ['keepalived_hands_over api 10.0.0.2'],
  ],
  ['a director in reserve has nothing to hand over', [vip('10.0.0.1', 'web')], '', edit, []],
  ['where nothing changes, nothing moves', [vip('10.0.0.1', 'web')], '10.0.0.1', none, []],
  ['a VIP that no engine moves stays', [own], '10.0.0.9', edit, []],
  [
    'also beside one that an engine moves',
    [own, vip('10.0.0.1', 'web')],
    '10.0.0.9 10.0.0.1',
    edit,
    ['keepalived_hands_over web 10.0.0.1'],
  ],
];

for (const [title, addresses, holds, changes, handedOver] of rows) {
  test(`hand-over: ${title}`, (t) => {
    const made = handOver(addresses, holds.split(' ').filter(Boolean), changes);
    const commands = made.flatMap(({ actions }) =>
      actions.flatMap((each) => (each.do === 'run' ? each.commands.map((words) => words.join(' ')) : [])),
    );
    t.deepEqual(commands, [...handedOver]);
  });
}

test('hand-over: it is the first thing that is done, it is told, and it has time for each group', (t) => {
  const [first, ...more] = handOver(
    [vip('10.0.0.1', 'web'), vip('10.0.0.2', 'api')],
    ['10.0.0.1', '10.0.0.2'],
    edit,
  );
  t.deepEqual(more, []);
  t.is(first?.id, handOverId);
  t.is(first?.title, 'hand 10.0.0.1, 10.0.0.2 over to another director');
  t.regex(first?.interrupts.join() ?? '', /10\.0\.0\.1, 10\.0\.0\.2 .*another director/);
  const [action] = first!.actions;
  t.is(action?.stage, 'prepare');
  t.true(edit[0]!.actions.every(({ order }) => action!.order < order));
  // Two waits of 120 s a group: until the VIPs are gone here, and until they are elsewhere.
  t.true(action?.do === 'run' && action.limit !== undefined && action.limit >= 2 * 2 * 120);
});
