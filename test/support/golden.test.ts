import test from 'ava';
import { families } from '../../src/model/family.ts';
import { goldenOf, nameFrom, type OwnedDocument } from './golden.ts';

const owned = (owner: string, content: string, path = '/etc/hosts', mode = '0644'): OwnedDocument => {
  const [inventory = '', family, host = ''] = owner.split(' ');
  return { inventory, family: families.find((each) => each === family)!, host, path, mode, content };
};
const none = new Map<string, string>();

test('a document has the name of the first of its owners', (t) => {
  t.is(nameFrom(owned('inventories/dr rhel6 rs1', '')), 'etc/hosts/dr.rhel6.rs1');
  t.is(nameFrom(owned('examples/demo rhel6 rs1', '')), 'etc/hosts/examples-demo.rhel6.rs1');
  const { documents } = goldenOf(
    [
      owned('inventories/dr debian lb1', 'a\n'),
      owned('inventories/dr debian rs1', 'b\n'),
      owned('inventories/nat debian lb1', 'a\n'),
    ],
    none,
  );
  t.deepEqual(
    documents,
    new Map([
      ['etc/hosts/dr.debian.lb1', 'a\n'],
      ['etc/hosts/dr.debian.rs1', 'b\n'],
    ]),
  );
});

test('the list has a line for the hosts of an inventory, with all families on which they have the document', (t) => {
  const { owners } = goldenOf(
    [
      owned('inventories/nat debian lb1', 'a\n', '/usr/local/sbin/lvs', '0755'),
      owned('inventories/dr debian lb1', 'a\n', '/usr/local/sbin/lvs', '0755'),
      owned('inventories/dr debian lb2', 'a\n', '/usr/local/sbin/lvs', '0755'),
      owned('inventories/dr rhel7 lb1', 'a\n', '/usr/local/sbin/lvs', '0755'),
      owned('inventories/dr rhel7 lb2', 'a\n', '/usr/local/sbin/lvs', '0755'),
      owned('inventories/dr rhel6 lb1', 'a\n', '/etc/init.d/lvs', '0755'),
      owned('inventories/dr rhel6 lb1', 'key\n', '/etc/key', '0600'),
    ],
    none,
  );
  t.deepEqual(owners.split('\n').slice(2), [
    '',
    'etc/key/dr.rhel6.lb1',
    '  inventories/dr rhel6 lb1 0600 /etc/key',
    '',
    'usr/local/sbin/lvs/nat.debian.lb1',
    '  inventories/dr debian,rhel7 lb1,lb2 0755 /usr/local/sbin/lvs',
    '  inventories/dr rhel6 lb1 0755 /etc/init.d/lvs',
    '  inventories/nat debian lb1 0755 /usr/local/sbin/lvs',
    '',
  ]);
});

const two = [owned('inventories/dr debian lb1', 'a\n'), owned('inventories/nat debian lb1', 'a\n')];
const first = 'etc/hosts/dr.debian.lb1';
const second = 'etc/hosts/nat.debian.lb1';

const cases: readonly [string, readonly OwnedDocument[], Record<string, string>, Record<string, string>][] = [
  [
    'keeps its name when an owner comes before the one that gave it',
    two,
    { [second]: 'a\n' },
    { [second]: 'a\n' },
  ],
  ['keeps its name when a line of it changes', two, { [second]: 'old\n' }, { [second]: 'a\n' }],
  [
    'gets another name when the owner that gave it has another document',
    [owned('inventories/dr debian lb1', 'b\n'), owned('inventories/nat debian lb1', 'a\n')],
    { [first]: 'a\n' },
    { [first]: 'b\n', [second]: 'a\n' },
  ],
  [
    'keeps the name of the one that it has become equal to',
    two,
    { [first]: 'b\n', [second]: 'a\n' },
    { [second]: 'a\n' },
  ],
  [
    'keeps the first name of two that have changed into one',
    two,
    { [second]: 'b\n', [first]: 'c\n' },
    { [first]: 'a\n' },
  ],
  [
    'loses a name that no owner fits',
    two,
    { 'etc/hosts/dr.debian.lb9': 'a\n', 'etc/motd/dr.debian.lb1': 'a\n' },
    { [first]: 'a\n' },
  ],
];
for (const [what, rendered, stored, wanted] of cases) {
  test(`a stored document ${what}`, (t) => {
    const golden = goldenOf(rendered, new Map(Object.entries(stored)));
    t.deepEqual(Object.fromEntries(golden.documents), wanted);
    t.deepEqual(goldenOf(rendered, golden.documents), golden, 'writing it once more changes nothing');
  });
}
