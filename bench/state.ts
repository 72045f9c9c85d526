import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { BenchHosts } from './hosts.ts';

/** What a host is: its files with their modes; what the stand-ins keep (table, addresses, routes) as sorted lines. */
export type State = ReadonlyMap<string, string>;

/** lvsform's own record, and locks of the moment: the other side has none. */
const ownRecord = /^var\/lib\/lvsform(\/|$)|\.lock$/;

export async function stateOf(root: string): Promise<State> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const state = new Map<string, string>();
  for (const file of files.toSorted()) {
    const path = relative(root, file);
    if (ownRecord.test(path)) continue;
    const text = await readFile(file, 'utf8');
    const kept = path.startsWith('.sim/') ? text.split('\n').toSorted().join('\n') : text;
    state.set(path, `${((await stat(file)).mode & 0o7777).toString(8)}\n${kept}`);
  }
  return state;
}

export async function statesOf({ names, root }: BenchHosts): Promise<Map<string, State>> {
  const states = new Map<string, State>();
  for (const name of names) states.set(name, await stateOf(root(name)));
  return states;
}

/** Where two states differ: the paths, at most so many. */
export function differences(ours: State, others: State, most = 5): string[] {
  const paths = new Set([...ours.keys(), ...others.keys()]);
  return [...paths].filter((path) => ours.get(path) !== others.get(path)).slice(0, most);
}

/** Throws where the hosts are not the same after lvsform as after the other side. */
export function mustBeSame(ours: ReadonlyMap<string, State>, others: ReadonlyMap<string, State>): void {
  for (const [name, state] of ours) {
    const differ = differences(state, others.get(name) ?? new Map());
    const lines = differ.map((path) => `${path}: ${state.get(path)} / ${others.get(name)?.get(path)}`);
    if (differ.length > 0)
      throw new Error(`${name} is not the same on both sides:\n${lines.join('\n').slice(0, 2000)}`);
  }
}
