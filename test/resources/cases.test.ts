import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { parseAnswer } from '../../src/shell/answer.ts';
import { UnusableAnswer } from '../../src/shell/unusable.ts';
import type { Context } from '../../src/resources/kind.ts';
import { type AnyKind, idOf, kinds, type Resource } from '../../src/resources/index.ts';
import { checkObserved } from '../../src/resources/managed.ts';
import { line } from '../../src/shell/quote.ts';
import { printedBy } from '../support/case-host.ts';
import { type Case, readCases } from '../support/case-shape.ts';
import { plain, viewOf, viewOfBoot } from '../support/case-view.ts';

/** Cases of every kind, as data: test/cases/KIND/*.yaml. */
const folder = 'test/cases';
const limit = pLimit(4);
const frame = 'FRAME';

const all = new Map(
  await Promise.all((await readdir(folder)).map(async (kind) => [kind, await casesOf(kind)] as const)),
);

async function casesOf(kind: string): Promise<{ file: string; each: Case }[]> {
  const files = (await readdir(join(folder, kind))).toSorted();
  const read = files.map(async (file) => {
    const path = join(folder, kind, file);
    return readCases(path, await readFile(path, 'utf8')).map((each) => ({ file, each }));
  });
  return (await Promise.all(read)).flat();
}

test('every kind has cases: something to change, nothing to change, what comes back, and what boots', (t) => {
  t.deepEqual([...all.keys()].toSorted(), kinds.map(({ kind }) => kind).toSorted());
  for (const { kind, lasting, boot } of kinds) {
    const cases = (all.get(kind) ?? []).map(({ each }) => each);
    t.true(
      cases.some(({ change, blocker }) => typeof change === 'object' || blocker !== undefined),
      kind,
    );
    t.true(
      cases.some(({ change }) => change === 'none'),
      kind,
    );
    t.true(
      cases.some(({ restore }) => restore !== undefined && (lasting === true || restore !== 'nothing')),
      kind,
    );
    t.is(
      boot !== undefined,
      cases.some((each) => each.boot !== undefined),
      kind,
    );
  }
});

for (const kind of kinds) {
  for (const { file, each } of all.get(kind.kind) ?? []) {
    test(`${kind.kind}: ${file}: ${each.title}`, (t) => limit(() => check(t, kind, each)));
  }
}

async function check(t: ExecutionContext, kind: AnyKind, each: Case): Promise<void> {
  const resources = [each.resource, ...each.beside].map((data) =>
    kind.shape.resource.parse({ kind: kind.kind, ...data }),
  );
  const { retiring, fromEngine } = each.context;
  const boot = retiring || fromEngine ? undefined : kind.boot?.(resources[0]!);
  const isUp = boot === undefined ? '' : `say up\nif ${line(boot.isUp)}; then echo yes; else echo no; fi\n`;
  const probe = `say ${kind.kind}\n${kind.probe(resources, each.platform)}\n${isUp}say end\n`;
  const answer = parseAnswer(await printedBy(each.host, probe, frame), frame);
  const read = (): unknown => {
    const [seen] = kind.parse(answer, resources);
    checkObserved(kind, each.title, seen);
    return seen;
  };
  const { refused } = each;
  if (refused !== undefined) {
    t.throws(read, { instanceOf: UnusableAnswer, message: (text) => text.includes(refused) });
    return;
  }
  const [resource, observed] = [resources[0]!, read()];
  const { change, blocker, note } = kind.compare(resource, observed, contextOf(each));
  if (change !== undefined) t.is(change.id, idOf(resource));
  if (boot !== undefined && blocker === undefined)
    checkUp(t, kind, change === undefined, answer.section('up'));
  const restored = kind.restore(resource, observed);
  if (restored !== undefined) t.is(idOf(restored), idOf(resource));
  const { restore, others } = each;
  t.deepEqual(
    plain({
      observed,
      change: change === undefined ? (blocker === undefined ? 'none' : undefined) : viewOf(change),
      blocker,
      note,
      restore: restore && shown(restored),
      others: others && kind.others?.(answer, resources),
      boot: each.boot && viewOfBoot(kind, resource, observed),
    }),
    plain({
      observed: each.observed,
      change: each.change,
      blocker: each.blocker,
      note: each.note,
      restore,
      others,
      boot: each.boot,
    }),
  );
}

/**
 * The boot scripts and the plan see the same: what is up needs no change. Two kinds see less at boot: an address that
 * has another prefix, too, and rules of a packet filter that somebody has changed, are up.
 */
function checkUp(t: ExecutionContext, { kind }: AnyKind, same: boolean, up: string | undefined): void {
  const isUp = up?.trim() === 'yes';
  const sameOrLess = kind === 'address' || kind === 'packet-filter' ? same || isUp : same;
  t.is(isUp, sameOrLess, `is up: ${up ?? ''}`);
}

function shown(restored: Resource | undefined): unknown {
  if (restored === undefined) return 'nothing';
  const { kind: _, ...rest } = restored;
  return rest;
}

function contextOf({ platform, context }: Case): Context {
  return {
    ...context,
    family: platform,
    changedFiles: new Set(context.changedFiles),
    connections: new Map(Object.entries(context.connections)),
  };
}
