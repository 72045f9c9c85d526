import type { Drain } from '../model/cluster.ts';
import type { RunAction } from './kind.ts';
import { run } from './orders.ts';

/** The wait for a real server's connections (`drained` in src/host/table.sh). `leaver`: its place and service, as listed. */
export function drainWait(
  stage: 'prepare' | 'retire',
  title: string,
  { timeout, connections }: Drain,
  leaver: string,
): RunAction {
  const wait = run({ stage, of: 'drained' }, title, [['drained', `${timeout} ${connections} ${leaver}`]]);
  return { ...wait, verb: 'remove', joins: 1, waits: timeout };
}

/** The wait that is left, once so many seconds of it have passed. */
export function restOfWait(action: RunAction, passed: number): RunAction {
  const { waits, commands } = action;
  if (waits === undefined) return action;
  const rest = Math.max(0, waits - Math.max(0, Math.floor(passed)));
  const shorter = ([name, leaver = '']: readonly string[]): string[] => [
    name!,
    leaver.replace(/^\d+/, String(rest)),
  ];
  return { ...action, waits: rest, commands: commands.map(shorter) };
}
