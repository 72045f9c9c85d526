import type { Action, Change, Verb } from '../../src/resources/kind.ts';
import { orders, run } from '../../src/resources/orders.ts';

/** A change that has these actions, and nothing to tell. */
export function change(id: string, verb: Verb, ...actions: readonly Action[]): Change {
  return { id, verb, title: id.replace(':', ' '), details: [], actions, interrupts: [] };
}

/** Something is run that makes ready; `needs` are real servers that must be ready before. */
export const prepares = (at: keyof (typeof orders)['prepare'], needs: readonly string[] = []): Action =>
  run({ stage: 'prepare', of: at }, at, [['true']], [], needs);

/** Something is run that takes away. */
export const retires = (at: keyof (typeof orders)['retire']): Action =>
  run({ stage: 'retire', of: at }, at, [['true']]);

export const write = (path: string): Action => ({
  do: 'write',
  stage: 'prepare',
  order: orders.prepare.file,
  path,
  content: 'text\n',
  mode: '0644',
  owner: 'root',
  group: 'root',
  check: undefined,
  keepOriginal: true,
});

export const remove = (path: string): Action => ({
  do: 'remove',
  stage: 'retire',
  order: orders.retire.file,
  path,
});
