import { revealed, type Secrets } from '../model/secret.ts';
import { checkCommand } from '../resources/file.ts';
import type { Action, RunAction } from '../resources/kind.ts';
import { line, path as word, quote, rooted } from '../shell/quote.ts';
import type { Step } from './steps.ts';

/**
 * The shell functions of the steps, and `attempt`: it runs the steps within their limits until one fails, and names each by
 * its number.
 */
export function attemptFunction(steps: readonly Step[], secrets: Secrets): string {
  const bodies = steps.map(({ actions }, index) => {
    const commands =
      actions[0]!.do === 'run' ? runCommands(actions[0] as RunAction) : fileCommands(actions, secrets);
    return `step_${index + 1}() {\n${commands.map((command) => `  ${command} || return 1`).join('\n')}\n}`;
  });
  const turns = steps.map(({ title, limit }, index) =>
    [
      `  at=${index + 1} doing=${index + 1} titled=${quote(title)}`,
      '  say "step $at"',
      `  limited ${limit} step_${index + 1} || return 1`,
    ].join('\n'),
  );
  return [...bodies, `attempt() {\n  at=0\n${turns.join('\n')}\n}`].join('\n');
}

function runCommands({ commands }: RunAction): string[] {
  return commands.map(line);
}

/** Stages all files, checks all, then swaps all: nothing is replaced before every check has passed. */
function fileCommands(actions: readonly Action[], secrets: Secrets): string[] {
  const stage: string[] = [];
  const check: string[] = [];
  const swap: string[] = [];
  const gone: string[] = [];
  const modes = new Map<string, string[]>();
  const owners = new Map<string, string[]>();
  for (const action of actions) {
    if (action.do === 'run') continue;
    const staged = stagedPath(action.path);
    if (action.do === 'remove') gone.push(word(action.path));
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
  const restored = actions.flatMap((action) => (action.do === 'restore' ? [stagedPath(action.path)] : []));
  return [
    ...stage,
    ...[...modes].map(([mode, paths]) => line(['chmod', mode, ...paths])),
    ...[...owners].map(([owner, paths]) => line(['chown', owner, ...paths])),
    ...check,
    ...(staged.length + restored.length > 0 ? [line(['durable', ...staged, ...restored])] : []),
    ...swap,
    ...(gone.length > 0 ? [`discard ${gone.join(' ')}`] : []),
  ];
}

/** As `beside` in src/host/files.sh: in the same directory, and hidden. */
function stagedPath(path: string): string {
  const relative = rooted(path);
  const slash = relative.lastIndexOf('/') + 1;
  return `${relative.slice(0, slash)}.${relative.slice(slash)}.lvsform`;
}

/**
 * The shell function `undo`: it undoes the steps that were begun, the last one first; then it restarts or reloads what uses
 * the restored files. A step that cannot be undone within its limit does not keep the others from being undone.
 */
export function undoFunction(steps: readonly Step[]): string {
  const bodies: string[] = [];
  const parts: string[] = [];
  const afterwards: string[] = [];
  const part = (index: number, name: string, commands: readonly string[]): string => {
    const { title, limit } = steps[index]!;
    const all = ["part=''", ...commands.map((command) => `${command} || part=1`), '[ -z "$part" ]'];
    bodies.push(`${name}() {\n${all.map((each) => `  ${each}`).join('\n')}\n}`);
    return [
      `  if [ "$at" -gt ${index} ]; then`,
      `    doing=undo-${index + 1} titled=${quote(title)}`,
      `    limited ${limit} ${name} || missed=1`,
      '  fi',
    ].join('\n');
  };
  for (const [index, { actions }] of steps.entries()) {
    const [first] = actions;
    if (first === undefined) continue;
    if (first.do === 'run') {
      if (first.undo.length > 0) parts.unshift(part(index, `undo_${index + 1}`, first.undo.map(line)));
      if (first.afterUndo.length > 0)
        afterwards.push(part(index, `after_${index + 1}`, first.afterUndo.map(line)));
    } else parts.unshift(part(index, `undo_${index + 1}`, filesBack(actions)));
  }
  return [...bodies, `undo() {\n${[...parts, ...afterwards, '  :'].join('\n')}\n}`].join('\n');
}

function filesBack(actions: readonly Action[]): string[] {
  const files = actions.flatMap((action) => (action.do === 'run' ? [] : [action]));
  const writes = files.filter((action) => action.do !== 'remove').map(({ path }) => stagedPath(path));
  return [
    ...(writes.length > 0 ? [line(['rm', '-f', '--', ...writes])] : []),
    `put_back ${files.map(({ path }) => word(path)).join(' ')}`,
  ];
}
