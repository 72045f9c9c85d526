import test from 'ava';
import { families, type Family } from '../../src/model/family.ts';
import { Families, isReading, orUnusable, see } from '../../src/plan/see.ts';
import type { Resource } from '../../src/resources/index.ts';

const rows: readonly (readonly [error: unknown, message: RegExp])[] = [
  [new Error('no number: x'), /^its answer makes no sense to lvsform: no number: x$/],
  ['a word', /^its answer makes no sense to lvsform: a word$/],
  [new SyntaxError('Unexpected token'), /^its answer makes no sense to lvsform: Unexpected token$/],
  [
    new TypeError('x is undefined'),
    /^lvsform failed on what it answered, which is a bug of lvsform.*: x is undefined \(at .*see\.test/,
  ],
  [new RangeError('Maximum call stack size exceeded'), /^lvsform failed on what it answered/],
];

for (const [error, message] of rows) {
  test(`what a host answered and what lvsform does wrong are told apart: ${String(error)}`, (t) => {
    t.throws(
      () =>
        orUnusable(() => {
          throw error;
        }),
      { name: 'UnusableAnswer', message },
    );
  });
}

/** Reads hosts of these families one after another; the families for which each was asked, once for each round trip. */
async function askedFor(...systems: readonly Family[]): Promise<{ asked: string[][]; made: Family[] }> {
  const asked: string[][] = [];
  const made: Family[] = [];
  const look = {
    wantedFor: (family: Family): readonly Resource[] => {
      made.push(family);
      return [{ kind: 'package', name: `for-${family}`, installed: true }];
    },
    families: new Families(),
    isOurs: () => false,
    vips: new Set<string>(),
    keep: false,
  };
  for (const [index, system] of systems.entries()) {
    const trips: string[] = [];
    const run = async (_: unknown, script: string): Promise<string> => {
      const frame = /^begin (\w+)$/m.exec(script)![1]!;
      trips.push(families.filter((family) => script.includes(`for-${family}`)).join(' '));
      const sections = [`facts\nuid=0\nfamily=${system}`, 'state\n', 'end\n'];
      return sections.map((section) => `\n@${frame} ${section}`).join('\n');
    };
    const hosts = { run, runAnew: run, wayTo: () => undefined, release: () => {} };
    const clock = { now: () => new Date(0), random: () => 'f0f0f0f0', sleep: async () => {} };
    const target = { name: `host${index}`, ssh: { host: `10.0.0.${index}`, sudo: false } };
    const seen = await see(target, look, { hosts, clock, emit: () => {} });
    if (!isReading(seen)) throw new Error(JSON.stringify(seen.failure));
    asked.push(trips);
  }
  return { asked, made };
}

test('a host is asked for the family of those that have answered, and makes resources for no other', async (t) => {
  const all = families.join(' ');
  const { asked, made } = await askedFor('debian', 'debian', 'debian');
  t.deepEqual(asked, [[all], ['debian'], ['debian']]);
  t.deepEqual(new Set(made.slice(families.length)), new Set(['debian']));
});

test('the first host of another family takes one more round trip, the next one does not', async (t) => {
  const { asked } = await askedFor('debian', 'rhel7', 'rhel7', 'debian');
  t.deepEqual(asked, [[families.join(' ')], ['debian', 'rhel7'], ['debian rhel7'], ['debian rhel7']]);
});
