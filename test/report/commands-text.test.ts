import test from 'ava';
import { commandsText } from '../../src/report/commands-text.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plain } from '../../src/report/style.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { dr } from '../support/inventories.ts';
import { world } from '../support/world.ts';

type Json = undefined | null | boolean | number | string | Json[] | { [key: string]: Json };

/** What decides nothing once a plan is made: words for people, and places that are shown as an order. */
const silent = new Set(['title', 'verb', 'stage', 'order', 'do', 'connections']);

/** Every leaf of a value, as a path to it. */
function leaves(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, each]) =>
    silent.has(key) ? [] : leaves(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A copy of a value with another leaf at a path. */
function forged<T>(value: T, path: readonly (string | number)[]): T {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, Json>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, Json>;
  const last = path.at(-1)!;
  const old = at[last];
  at[last] = typeof old === 'string' ? `${old}x` : typeof old === 'number' ? old + 1 : old !== true;
  return copy;
}

/** Without the digest of the whole, which tells any two plans apart. */
function shown(plan: Plan): string {
  return commandsText(plan, plain).replace(/All of the plan: .*/, '');
}

test('a forged plan differs from the true one in the commands that are shown, whatever was forged', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const text = shown(plan);
  const paths = plan.hosts.flatMap((host, index) =>
    host.state.is === 'ready'
      ? [
          ...host.state.changes.flatMap(({ actions }, change) =>
            leaves(actions as unknown as Json).map((path) => [
              'hosts',
              index,
              'state',
              'changes',
              change,
              'actions',
              ...path,
            ]),
          ),
          ...leaves(host.ssh as unknown as Json).map((path) => ['hosts', index, 'ssh', ...path]),
        ]
      : [],
  );
  const edges = leaves(plan.transactions as unknown as Json)
    .filter((path) => !path.includes('stages'))
    .map((path) => ['transactions', ...path]);
  t.true(paths.length > 200);
  const hidden = [...paths, ...edges].filter((path) => shown(forged(plan, path)) === text);
  t.deepEqual(hidden, []);
});

test('a command that hides behind a harmless title is seen', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const at = plan.hosts.findIndex(({ host }) => host === 'rs1');
  const bad = structuredClone(plan) as unknown as {
    hosts: { state: { changes: { actions: { commands: string[][] }[] }[] } }[];
  };
  const action = bad.hosts[at]!.state.changes.flatMap(({ actions }) => actions).find(
    ({ commands }) => commands !== undefined,
  );
  action!.commands.push(['sh', '-c', 'cat /root/secret | sed s/a/b/']);
  const forgedPlan = bad as unknown as Plan;
  t.is(planText(forgedPlan, plain), planText(plan, plain));
  t.regex(commandsText(forgedPlan, plain), /^ +\$ sh -c 'cat \/root\/secret \| sed s\/a\/b\/'$/m);
});

test('transactions are shown in their order, with what they wait for, every file and every check', async (t) => {
  const w = await world(t, dr);
  const text = commandsText(await w.plan(), plain);
  t.regex(
    text,
    /^ {2}rs1: 172\.16\.100\.7; reads \d+ resources, sha256 [0-9a-f]{64}; manifest sha256 [0-9a-f]{64}$/m,
  );
  t.regex(text, /^lb1: on lb1; prepare and retire; after rs1[^\n]*\(needed\)[^\n]*$/m);
  t.regex(
    text,
    /^ +write \/etc\/sysctl\.d\/60-lvs-realserver\.conf 0644 root:root, \d+ characters, sha256 [0-9a-f]{64}/m,
  );
  t.regex(text, /^ +check: sh -n '\{\}'$/m);
  t.regex(text, /^ +\$ ensure ip/m);
  t.regex(text, /^ +undo: /m);
});
