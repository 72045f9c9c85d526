import test from 'ava';
import { allowsAll, everything, permitted } from '../../src/plan/policy.ts';
import type { Action, Change, Verb } from '../../src/resources/kind.ts';
import { change, prepares, retires, write } from '../support/changes.ts';

/** An action of a change that is another one than the whole: `as('remove', drain)`. */
const as = (verb: Verb, action: Action): Action => (action.do === 'run' ? { ...action, verb } : action);

/** A service that stays: a real server comes, one gets another weight, one is drained. */
const service: Change = {
  ...change(
    'virtual-service:-t 10.0.0.100:80',
    'change',
    as('add', prepares('table')),
    as('change', prepares('table')),
    as('remove', retires('drain')),
  ),
  details: [
    { verb: 'add', text: 'rs3' },
    { verb: 'change', text: 'rs1 weight 1 -> 2' },
    { verb: 'remove', text: 'rs2' },
  ],
  interrupts: ['drain rs2'],
};
const newFile = change('file:/etc/a', 'add', write('/etc/a'));
const otherFile: Change = {
  ...change('file:/etc/b', 'change', write('/etc/b')),
  details: [{ path: '/etc/b', before: 'old\n', after: 'new\n' }],
};
const parameter = change('sysctl:net.ipv4.ip_forward', 'change', prepares('sysctl'));
const goneVip = change('address:10.0.0.1 eth0', 'remove', retires('address'));
const nothing = change('mount:/srv', 'change');

/** What is left of a change: its actions and details, as verbs; `-` where nothing is. */
function leftOf(made: Change | undefined): string {
  if (made === undefined) return '-';
  const actions = made.actions.map((each) => (each.do === 'run' ? each.verb : undefined) ?? made.verb);
  const details = made.details.map((each) => ('text' in each ? each.verb : 'text'));
  return [actions, details, made.interrupts.length > 0 ? ['interrupts'] : []]
    .map((list) => list.join(' '))
    .join(' | ');
}

const ours = true;
const found = false;

const rows: readonly (readonly [
  title: string,
  change: Change,
  ours: boolean,
  allow: string,
  left: string,
])[] = [
  [
    'all is allowed',
    service,
    ours,
    'add change remove',
    'add change remove | add change remove | interrupts',
  ],
  ['nothing is taken away', service, ours, 'add change', 'add change | add change | '],
  ['a real server comes, and no weight changes', service, ours, 'add', 'add | add | '],
  ['weights change, and no real server comes', service, ours, 'change', 'change | change | '],
  [
    'a real server is drained, and no other one comes',
    service,
    ours,
    'remove',
    'remove | remove | interrupts',
  ],
  ['a new file is added', newFile, found, 'add', 'add |  | '],
  ['a new file is held back', newFile, found, 'change remove', '-'],
  ['a file of ours is edited', otherFile, ours, 'change', 'change | text | '],
  ['a file of ours is left as it is', otherFile, ours, 'add remove', '-'],
  ['a file that was there before is taken over: that is adding', otherFile, found, 'add', 'change | text | '],
  ['a file that was there before is left as it is', otherFile, found, 'change remove', '-'],
  ['a parameter that a new VIP needs is a part of the VIP', parameter, found, 'add', 'change |  | '],
  ['a parameter of ours that drifted is an edit', parameter, ours, 'add', '-'],
  ['a VIP goes', goneVip, ours, 'remove', 'remove |  | '],
  ['a VIP is held', goneVip, ours, 'add change', '-'],
  ['taking away is never adding, whosever it is', goneVip, found, 'add change', '-'],
  [
    'a service that we found: its real servers come and change as one that is added',
    service,
    found,
    'add',
    'add change | add change | ',
  ],
  ['a change without actions is left as it is', nothing, ours, 'add', ' |  | '],
];

for (const [title, made, isOurs, allow, left] of rows) {
  test(`--allow ${allow}: ${title}`, (t) => {
    const policy = { ...everything, allow: allow.split(' ') as Verb[] };
    t.is(leftOf(permitted(made, isOurs, policy)), left);
  });
}

test('what is wholly allowed is the very same change', (t) => {
  t.is(permitted(service, ours, everything), service);
});

for (const [allow, all] of [
  ['add change remove', true],
  ['remove add change', true],
  ['add change', false],
  ['', false],
] as const) {
  test(`--allow ${allow || '(nothing)'} is ${all ? '' : 'not '}all`, (t) =>
    t.is(allowsAll({ ...everything, allow: allow.split(' ').filter(Boolean) as Verb[] }), all));
}
