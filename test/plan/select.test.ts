import test from 'ava';
import { type Selection, selectHosts, UnusableSelection } from '../../src/plan/select.ts';
import { inventoryOf } from '../support/inventories.ts';

const inventory = inventoryOf(`name: shop
groups: { old: {}, rack-a: {} }
clusters:
  web:
    mode: dr
    vip: 10.0.0.100
    directors:
      lb1: 10.0.0.2/24
      lb2: 10.0.0.3
    real_servers:
      rs1: { address: 10.0.0.11, groups: [old, rack-a] }
      rs2: { address: 10.0.0.12, groups: [rack-a] }
      rs10: 10.0.0.20
    services: [{ port: 80 }]
  api:
    mode: nat
    vip: { address: 192.168.0.220, interface: eth1 }
    directors: { lb3: 10.0.0.4/24 }
    real_servers:
      rs3: 10.0.0.13
      printer.shop: { address: 10.0.0.14, managed: false }
    services: [{ port: 443 }]
`);

/** Words as the options have them: --limit, and after a slash --exclude. */
function selection(words: string): Selection {
  const [limit = '', exclude = ''] = words.split(' / ');
  const list = (text: string): string[] => text.split(',').filter(Boolean);
  return { limit: list(limit.trim()), exclude: list(exclude.trim()) };
}

const all = 'lb1 lb2 lb3 printer.shop rs1 rs10 rs2 rs3';

const selections: readonly (readonly [title: string, words: string, hosts: string])[] = [
  ['nothing is said: all hosts', '', all],
  ['a name, and no other that begins with it', 'rs1', 'rs1'],
  ['names', 'rs1,lb1', 'lb1 rs1'],
  ['a name twice', 'rs1,rs1', 'rs1'],
  ['* is for any letters, also none', 'rs1*', 'rs1 rs10'],
  ['* at the beginning', '*1', 'lb1 rs1'],
  ['* in the middle', 'l*2', 'lb2'],
  ['* alone', '*', all],
  ['a dot is a dot', 'printer.shop,rs1', 'printer.shop rs1'],
  ['a role', 'directors', 'lb1 lb2 lb3'],
  ['the other role', 'real-servers', 'printer.shop rs1 rs10 rs2 rs3'],
  ['a cluster', 'api', 'lb3 printer.shop rs3'],
  ['a group', 'rack-a', 'rs1 rs2'],
  ['words are added up', 'old,lb*', 'lb1 lb2 lb3 rs1'],
  ['exclude alone takes from all', ' / directors', 'printer.shop rs1 rs10 rs2 rs3'],
  ['exclude takes from what is selected', 'web / rs1*,lb2', 'lb1 rs2'],
  ['exclude wins', 'rs1,rs2 / rs1', 'rs2'],
  ['exclude of a host that is not selected changes nothing', 'rs1 / lb1', 'rs1'],
];

for (const [title, words, hosts] of selections) {
  test(`${title}: ${words.trim() || '(none)'}`, (t) =>
    t.is([...selectHosts(inventory, selection(words))].toSorted().join(' '), hosts));
}

const refusals: readonly (readonly [title: string, selection: Selection, message: string])[] = [
  ['a name that no host has', selection('rs4'), 'no host fits rs4: did you mean rs1?'],
  ['a misspelt role', selection('director'), 'no host fits director: did you mean directors?'],
  ['a misspelt group', selection('rack-b'), 'no host fits rack-b: did you mean rack-a?'],
  ['a name that is near none', selection('database-7'), `no host fits database-7: known: `],
  ['a pattern that no host fits', selection('db*'), 'no host fits db*: '],
  [
    'a dot is not any letter',
    selection('printer-shop'),
    'no host fits printer-shop: did you mean printer.shop?',
  ],
  ['letters of a pattern are letters', selection('rs(1)'), 'no host fits rs(1): '],
  ['an unknown name beside a known one', selection('rs1,rs44'), 'no host fits rs44: '],
  ['exclude names a host that there is not', selection(' / rs44'), 'no host fits rs44: '],
  ['an empty word', { limit: [''], exclude: [] }, 'no host fits '],
  ['an empty word in exclude', { limit: [], exclude: [''] }, 'no host fits '],
  ['all are excluded', selection('web / web'), '--exclude takes out every host that --limit selects'],
  ['all of the inventory are excluded', selection(' / *'), '--exclude takes out every host'],
  ['nobody logs in to what is left', selection('printer*'), 'no host is selected: not managed: printer.shop'],
];

for (const [title, asked, message] of refusals) {
  test(`refused: ${title}`, (t) => {
    const error = t.throws(() => selectHosts(inventory, asked), { instanceOf: UnusableSelection });
    t.true(error.message.startsWith(message), error.message);
  });
}
