import { revealed, type Secrets } from '../model/secret.ts';
import { checkCommand } from '../resources/file.ts';
import type { Action, RunAction } from '../resources/kind.ts';
import { line, path as word, quote, rooted } from '../shell/quote.ts';
import type { Step } from './steps.ts';

/** The shell function `attempt`: every step, each said by its number, until one fails. */
export function attemptFunction(steps: readonly Step[], secrets: Secrets): string {
  const parts = steps.map(({ actions }, index) => {
    const commands =
      actions[0]!.do === 'run' ? runCommands(actions[0] as RunAction) : fileCommands(actions, secrets);
    return [
      `  at=${index + 1}`,
      '  say "step $at"',
      ...commands.map((command) => `  ${command} || return 1`),
    ].join('\n');
  });
  return `attempt() {\n  at=0\n${parts.join('\n')}\n}`;
}

function runCommands({ commands }: RunAction): string[] {
  return commands.map(line);
}

/** Stages all, checks all, then swaps all: nothing is replaced until everything is known to be good. */
function fileCommands(actions: readonly Action[], secrets: Secrets): string[] {
  const stage: string[] = [];
  const check: string[] = [];
  const swap: string[] = [];
  const modes = new Map<string, string[]>();
  const owners = new Map<string, string[]>();
  for (const action of actions) {
    if (action.do === 'run') continue;
    const staged = stagedPath(action.path);
    if (action.do === 'remove') swap.push(`discard ${word(action.path)}`);
    else swap.push(`mv -f -- ${quote(staged)} ${word(action.path)}`);
    if (action.do === 'restore') stage.push(`stage_original ${word(action.path)} ${quote(staged)}`);
    if (action.do !== 'write') continue;
    stage.push(`stage ${quote(staged)} ${quote(revealed(action.content, secrets))}`);
    modes.set(action.mode, [...(modes.get(action.mode) ?? []), staged]);
    const owner = `${action.owner}:${action.group}`;
    if (owner !== 'root:root') owners.set(owner, [...(owners.get(owner) ?? []), staged]);
    if (action.check !== undefined) check.push(checkCommand(action.check, staged));
  }
  const staged = [...modes.values()].flat();
  return [
    ...stage,
    ...[...modes].map(([mode, paths]) => line(['chmod', mode, ...paths])),
    ...[...owners].map(([owner, paths]) => line(['chown', owner, ...paths])),
    ...check,
    ...(staged.length > 0 ? [line(['durable', ...staged])] : []),
    ...swap,
  ];
}

/** Beside the file, so that the swap is a rename; hidden, so that no daemon reads it. */
function stagedPath(path: string): string {
  const relative = rooted(path);
  const slash = relative.lastIndexOf('/') + 1;
  return `${relative.slice(0, slash)}.${relative.slice(slash)}.lvsform`;
}

/** The shell function `undo`: undoes what was begun, last first; then puts in force again what runs on the files that came back. */
export function undoFunction(steps: readonly Step[]): string {
  const parts: string[] = [];
  const afterwards: string[] = [];
  for (const [index, { actions }] of steps.entries()) {
    const [first] = actions;
    if (first === undefined) continue;
    if (first.do === 'run') {
      if (first.undo.length > 0) parts.unshift(guarded(index, first.undo.map(line)));
      if (first.afterUndo.length > 0) afterwards.push(guarded(index, first.afterUndo.map(line)));
    } else {
      const paths = actions.flatMap((action) => (action.do === 'run' ? [] : [action.path]));
      const writes = actions.flatMap((action) =>
        action.do === 'run' || action.do === 'remove' ? [] : [action.path],
      );
      const clean = writes.length > 0 ? [line(['rm', '-f', '--', ...writes.map(stagedPath)])] : [];
      parts.unshift(guarded(index, [...clean, `put_back ${paths.map((each) => word(each)).join(' ')}`]));
    }
  }
  return `undo() {\n${[...parts, ...afterwards, '  :'].join('\n')}\n}`;
}

function guarded(index: number, commands: readonly string[]): string {
  return [`  if [ "$at" -gt ${index} ]; then`, ...commands.map((command) => `    ${command}`), '  fi'].join(
    '\n',
  );
}
