import test from 'ava';
import { givenBack, readLock } from '../../src/apply/lock.ts';
import { UnusableAnswer } from '../../src/shell/unusable.ts';
import type { Clock, Hosts } from '../../src/port.ts';

const target = { name: 'rs1', ssh: { host: 'rs1', sudo: false } };
const boot = '6f9619ff-8b86-4d11-b42d-00c04fc964ff';
const owner = `1234-567890-${boot}`;

/** A clock that the test sets forward. */
function clockAt(start: number): Clock & { forward: (seconds: number) => void } {
  let now = start;
  const forward = (seconds: number): void => void (now += seconds * 1000);
  return {
    now: () => new Date(now),
    random: () => 'f'.repeat(32),
    sleep: (milliseconds) => Promise.resolve(forward(milliseconds / 1000)),
    forward,
  };
}

/** A host that answers so, by the names of the sections; each answer takes so many seconds. */
function answering(sections: readonly (readonly [string, string])[], clock = clockAt(0), seconds = 0) {
  let asked = 0;
  const hosts: Hosts = {
    run: () => {
      asked += 1;
      clock.forward(seconds);
      return Promise.resolve(
        sections.map(([name, body]) => `\n@${'f'.repeat(32)} ${name}\n${body}`).join(''),
      );
    },
    runAnew: () => Promise.reject(new Error('not here')),
    wayTo: () => undefined,
    release: () => {},
  };
  return { hosts, clock, asked: () => asked };
}

const read = (...sections: (readonly [string, string])[]) => {
  const { hosts, clock } = answering([...sections, ['end', '']]);
  return readLock(target, hosts, clock);
};
const holder = ['holder', 'ops@desk\n2026-01-01T00:00:00Z\napply of plan 7\n'] as const;

test('what an honest host says of its lock is read', async (t) => {
  t.deepEqual(await read(), { state: 'free' });
  const who = { who: 'ops@desk', since: '2026-01-01T00:00:00Z', why: 'apply of plan 7' };
  t.deepEqual(await read(['owner', `${owner}\n`], holder, ['alive', ''], ['step', '']), {
    state: 'held',
    owner,
    pid: 1234,
    holder: who,
  });
  t.deepEqual(
    await read(['owner', owner], holder, ['running', ''], ['step', '120\n4711\nstart lvs-realserver\n']),
    {
      state: 'held',
      owner,
      pid: 1234,
      holder: who,
      step: { title: 'start lvs-realserver', limit: 120, pid: 4711 },
    },
  );
  t.deepEqual(await read(['owner', 'unknown\n'], ['holder', ''], ['step', '']), {
    state: 'abandoned',
    owner: 'unknown',
  });
});

for (const [what, sections] of [
  ['a NUL in the owner', [['owner', `${owner}\0\n`], holder]],
  ['an owner that is a path', [['owner', '1-2-../../etc\n'], holder]],
  ['an owner of a megabyte', [['owner', `${'1'.repeat(1_000_000)}-2-${boot}`], holder]],
  [
    'a holder that steers the terminal',
    [
      ['owner', owner],
      ['holder', 'a\u001b[2J\nb\nc\n'],
    ],
  ],
  [
    'a holder of a megabyte',
    [
      ['owner', owner],
      ['holder', `${'a'.repeat(1_000_000)}\n`],
    ],
  ],
  ['a limit that is no number', [['owner', owner], holder, ['step', 'x\n1\nstart\n']]],
  ['a process that is none', [['owner', owner], holder, ['running', ''], ['step', '1\n-1\nstart\n']]],
] as const satisfies readonly (readonly [string, readonly (readonly [string, string])[]])[]) {
  test(`what a host says of its lock is its own fault where it makes no sense: ${what}`, async (t) => {
    const error = await t.throwsAsync(read(...sections), { instanceOf: UnusableAnswer });
    t.regex(error?.message ?? '', /^its answer about its lock cannot be used: /);
  });
}

test('a lock of which half is told is not free', async (t) => {
  const { hosts, clock } = answering([]);
  await t.throwsAsync(readLock(target, hosts, clock), { instanceOf: UnusableAnswer });
});

test('a lock is waited for by the clock, however long each answer of the host takes', async (t) => {
  const slow = answering([['owner', owner], holder, ['alive', ''], ['end', '']], clockAt(0), 110);
  t.false(await givenBack(target, owner, 300, slow.hosts, slow.clock));
  t.is(slow.asked(), 3);
  const quick = answering([['end', '']]);
  t.true(await givenBack(target, owner, 300, quick.hosts, quick.clock));
  t.is(quick.asked(), 1);
});
