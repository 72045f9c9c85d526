import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Family } from '../../src/model/family.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import type { Event } from '../../src/plan/events.ts';
import type { PlanRequest } from '../../src/plan/make.ts';
import type { SimulatedHosts } from '../../src/sim/simulation.ts';
import { liveState } from './boot-scripts.ts';
import { wholeTree } from './whole-tree.ts';

/*
 * What the first apply makes of blank hosts is made once in each test file, and kept as trees. A test that begins with the
 * same apply gets a copy of these trees.
 */

interface Kept {
  readonly trees: string;
  readonly events: readonly Event[];
}

const run = promisify(execFile);
const kept = new Map<string, Promise<Kept>>();
let folder: string | undefined;
let count = 0;

/** Blank hosts, until somebody may have changed one of them. */
export interface Blank {
  readonly sim: SimulatedHosts;
  /** Notes that the hosts are not blank any more. */
  readonly touch: () => void;
  readonly isTouched: () => boolean;
}

/** Simulated hosts that note by whom they may have been changed: whoever does more than read them, touches them. */
export function blank(sim: SimulatedHosts): Blank {
  let touched = false;
  const touching = <A extends unknown[], R>(act: (...words: A) => R): ((...words: A) => R) => {
    return (...words) => {
      touched = true;
      return act(...words);
    };
  };
  const reads = new Set([wholeTree, liveState]);
  const shell = touching(sim.shell);
  return {
    sim: {
      ...sim,
      shell: (host, script) => (reads.has(script) ? sim.shell(host, script) : shell(host, script)),
      routeOf: touching(sim.routeOf),
      root: touching(sim.root),
      readdress: touching(sim.readdress),
      cut: touching(sim.cut),
    },
    touch: () => void (touched = true),
    isTouched: () => touched,
  };
}

/** By what two first applies are the same; undefined for one that is like no other. */
export function sameness(
  inventory: Inventory,
  familyOf: ((host: string) => Family) | undefined,
  text: string | undefined,
  more: Partial<PlanRequest>,
): string | undefined {
  const { selection, destroy, ...others } = more;
  if (Object.keys(others).length > 0) return undefined;
  const families = inventory.hosts.map(({ name }) => familyOf?.(name));
  return JSON.stringify([inventory, families, text, selection, destroy]);
}

/** Makes the hosts by an apply, or copies what the same one has made of others. `tree` is that of one of the hosts. */
export async function shared(
  key: string,
  tree: string,
  events: Event[],
  apply: () => Promise<void>,
): Promise<void> {
  const trees = dirname(tree);
  const there = kept.get(key);
  if (there === undefined) {
    const made = apply().then(() => keep(trees, [...events]));
    kept.set(key, made);
    await made;
  } else {
    const { trees: from, events: told } = await there;
    await run('sh', ['-c', 'rm -rf "$2" && cp -a "$1" "$2"', 'sh', from, trees]);
    events.push(...told);
  }
}

async function keep(trees: string, events: readonly Event[]): Promise<Kept> {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'lvsform-settled-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const to = join(folder, String((count += 1)));
  await run('cp', ['-a', trees, to]);
  return { trees: to, events };
}
