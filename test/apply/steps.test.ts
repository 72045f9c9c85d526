import test from 'ava';
import { stepsOf } from '../../src/apply/steps.ts';
import { transactionScript } from '../../src/apply/transaction.ts';
import type { RunAction } from '../../src/resources/kind.ts';
import { idOf } from '../../src/resources/index.ts';
import type { WantedDestination } from '../../src/resources/ipvs-edits.ts';
import { virtualServiceKind, type VirtualServiceResource } from '../../src/resources/virtual-service.ts';
import { simulate } from '../../src/sim/simulation.ts';
import { hostScript } from '../../src/shell/script.ts';
import { dr, inventoryOf } from '../support/inventories.ts';
import { complete } from '../support/library.ts';
import { manifestOf } from '../support/manifests.ts';
import { readyState } from '../support/plans.ts';
import { context } from '../support/tables.ts';

const options = {
  scheduler: 'wlc',
  persistence: 0,
  netmask: undefined,
  flags: [],
  onePacket: false,
  engine: undefined,
};

const rs = (number: number, weight = 1): WantedDestination => ({
  server: `rs${number}`,
  address: `10.0.0.${number}`,
  port: 80,
  forward: 'gate',
  weight,
  upper: 0,
  lower: 0,
});

const service = (port: number, ...destinations: readonly WantedDestination[]): VirtualServiceResource => ({
  kind: 'virtual-service',
  key: `-t 10.0.0.100:${port}`,
  drain: { timeout: port, connections: 0 },
  want: { ...options, destinations },
});

/** The steps from some services to others, as `[title, seconds, commands, undo]`. */
function way(from: readonly VirtualServiceResource[], to: readonly VirtualServiceResource[]): unknown[] {
  const changes = to.flatMap((wanted) => {
    const found = from.find(({ key }) => key === wanted.key);
    const has =
      found === undefined || found.want === 'absent' ? undefined : { key: found.key, ...found.want };
    return virtualServiceKind.compare(wanted, { service: has }, context).change ?? [];
  });
  return stepsOf({ changes }, ['prepare', 'retire']).map(({ title, limit, actions }) => {
    const { commands, undo } = actions[0] as RunAction;
    return [title, limit, ...commands, ...undo];
  });
}

test('new services and their real servers are one edit, and undone by removing the services', (t) => {
  t.deepEqual(way([], [service(80, rs(1), rs(2)), service(81, rs(1))]), [
    [
      'add tcp 10.0.0.100:80, and 4 more',
      120,
      [
        'edit_table',
        '-A -t 10.0.0.100:80 -s wlc',
        '-a -t 10.0.0.100:80 -r 10.0.0.1:80 -g -w 1',
        '-a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 1',
        '-A -t 10.0.0.100:81 -s wlc',
        '-a -t 10.0.0.100:81 -r 10.0.0.1:80 -g -w 1',
      ],
      ['fit_table', '-D -t 10.0.0.100:81', '-D -t 10.0.0.100:80'],
    ],
  ]);
});

test('what takes more and what takes less are two steps, so that a failure of the first leaves nobody without', (t) => {
  t.deepEqual(way([service(80, rs(1, 5), rs(2, 0))], [service(80, rs(1, 0), rs(2, 5))]), [
    [
      'edit rs2 in tcp 10.0.0.100:80',
      120,
      ['edit_table', '-e -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 5'],
      ['fit_table', '-a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 0'],
    ],
    [
      'edit rs1 in tcp 10.0.0.100:80',
      120,
      ['edit_table', '-e -t 10.0.0.100:80 -r 10.0.0.1:80 -g -w 0'],
      ['fit_table', '-a -t 10.0.0.100:80 -r 10.0.0.1:80 -g -w 5'],
    ],
  ]);
});

test('real servers that leave get weight 0 at once, wait together, and are removed together', (t) => {
  const from = [service(80, rs(1), rs(2), rs(3)), service(81, rs(1), rs(2))];
  t.deepEqual(way(from, [service(80, rs(1)), service(81, rs(1))]), [
    [
      'drain 10.0.0.2 of tcp 10.0.0.100:80, and 2 more',
      120,
      [
        'edit_table',
        '-e -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 0',
        '-e -t 10.0.0.100:80 -r 10.0.0.3:80 -g -w 0',
        '-e -t 10.0.0.100:81 -r 10.0.0.2:80 -g -w 0',
      ],
      [
        'fit_table',
        '-a -t 10.0.0.100:81 -r 10.0.0.2:80 -g -w 1',
        '-a -t 10.0.0.100:80 -r 10.0.0.3:80 -g -w 1',
        '-a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 1',
      ],
    ],
    [
      'drain 10.0.0.2 of tcp 10.0.0.100:80, and 2 more',
      201,
      [
        'drained',
        '80 0 10.0.0.2:80 TCP 10.0.0.100:80',
        '80 0 10.0.0.3:80 TCP 10.0.0.100:80',
        '81 0 10.0.0.2:80 TCP 10.0.0.100:81',
      ],
    ],
    [
      'remove 10.0.0.2:80 from tcp 10.0.0.100:80, and 2 more',
      120,
      [
        'fit_table',
        '-d -t 10.0.0.100:80 -r 10.0.0.2:80',
        '-d -t 10.0.0.100:80 -r 10.0.0.3:80',
        '-d -t 10.0.0.100:81 -r 10.0.0.2:80',
      ],
      [
        'fit_table',
        '-a -t 10.0.0.100:81 -r 10.0.0.2:80 -g -w 0',
        '-a -t 10.0.0.100:80 -r 10.0.0.3:80 -g -w 0',
        '-a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 0',
      ],
    ],
  ]);
});

test('a wait ends with the last leaver that has time and connections, and names those that were too slow', async (t) => {
  const sim = await simulate(inventoryOf(dr));
  t.teardown(() => sim.stop());
  const table = ['-t 10.0.0.100:80', '-t 10.0.0.100:81'].flatMap((key) => [
    `-A ${key} -s wlc`,
    ...[1, 2, 3].map((number) => `-a ${key} -r 10.0.0.${number}:${key.slice(-2)} -g -w 0`),
  ]);
  await sim.shell(
    'lb1',
    `modprobe ip_vs; printf '%s\\n' ${table.map((each) => `'${each}'`).join(' ')} | ipvsadm -R`,
  );
  const active = { '10.0.0.1:80': 4, '10.0.0.2:80': 7, '10.0.0.3:81': 2 };
  for (const [real, count] of Object.entries(active))
    await sim.shell('lb1', `echo ${count} > .sim/active-${real}`);
  const wait = (...leavers: readonly string[]): Promise<string> =>
    sim.shell('lb1', complete(hostScript('f', `drained ${leavers.map((each) => `'${each}'`).join(' ')}`)));
  const answer = await wait(
    '1 4 10.0.0.1:80 TCP 10.0.0.100:80',
    '1 0 10.0.0.2:80 TCP 10.0.0.100:80',
    '2 0 10.0.0.3:81 TCP 10.0.0.100:81',
    '90 0 10.0.0.1:81 TCP 10.0.0.100:81',
    '90 0 10.0.0.9:80 TCP 10.0.0.100:80',
  );
  t.deepEqual(
    answer.split('\n').filter((text) => text.includes('still')),
    [
      '10.0.0.2:80 of TCP 10.0.0.100:80 still has 7 active connections after 1 s',
      '10.0.0.3:81 of TCP 10.0.0.100:81 still has 2 active connections after 2 s',
    ],
  );
});

test('a transaction says each edit of the table once, and its manifest once', (t) => {
  const wanted = service(80, ...Array.from({ length: 50 }, (_, index) => rs(index + 1)));
  const { change } = virtualServiceKind.compare(wanted, { service: undefined }, context);
  const manifest = { ...manifestOf({}), resources: { [idOf(wanted)]: { resource: wanted, before: {} } } };
  const state = readyState({ changes: [change!], manifest });
  const script = transactionScript(state, ['prepare', 'retire'], 'seen', {
    planId: 'p1',
    holder: { who: 'root@admin', since: '2026-01-01T00:00:00Z', why: 'a test' },
    confirmSeconds: 30,
    secrets: new Map(),
  });
  t.is(script.split('-r 10.0.0.7:80 ').length - 1, 1);
  t.is(script.split('"10.0.0.7"').length - 1, 1);
});
