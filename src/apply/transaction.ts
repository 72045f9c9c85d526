import { stateFunction } from '../observe/probe.ts';
import { type Manifest, type RosterEntry, writeManifest } from '../observe/manifest.ts';
import type { Ready } from '../plan/plan.ts';
import { checkCommand } from '../resources/file.ts';
import type { Action, RunAction, Stage } from '../resources/kind.ts';
import { opening, stateDirectory, verbs } from '../shell/prelude.ts';
import { line, path as word, quote, rooted } from '../shell/quote.ts';
import { confirmVerb } from './confirm.ts';
import { files as fileVerbs, session } from './verbs.ts';

/** Who is at work, as the lock tells others. */
export interface Holder {
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly why: string;
}

/** One thing that a transaction does, in its order; `title` is what people are told. */
export interface Step {
  readonly title: string;
  readonly actions: readonly Action[];
}

/**
 * The one script that changes a host. It takes the lock, makes sure that the host is still what the plan saw, stages
 * and checks files, keeps what they replace, acts, and on any failure takes everything back and proves it. It ends
 * with the host's state, so that the outcome is read and not assumed. It goes on to its end when the connection is
 * cut: a host is never left half done.
 */
export function transactionScript(
  ready: Ready,
  stages: readonly Stage[],
  fingerprint: string,
  plan: {
    readonly id: string;
    readonly holder: Holder;
    readonly departing: readonly RosterEntry[];
    readonly confirmSeconds: number;
  },
): string {
  const steps = stepsOf(ready, stages);
  // Only who stood in this host's roster before stays in it until it has been cleaned up.
  const struckOff = new Set(
    ready.roster.flatMap((detail) => ('text' in detail && detail.verb === 'remove' ? [detail.text] : [])),
  );
  const departing = plan.departing.filter(({ host }) => struckOff.has(host));
  const during = meanwhile(ready, departing);
  const after =
    stages.length === 0
      ? ready.manifest
      : stages.includes('retire')
        ? withRoster(ready.manifest, departing)
        : during;
  const touched = steps.flatMap(({ actions }) =>
    actions.flatMap((action) => (action.do === 'run' ? [] : [action])),
  );
  const originals = touched.flatMap((action) =>
    action.do === 'write' && action.keepOriginal ? [action.path] : [],
  );
  const paths = touched.map(({ path }) => word(path)).join(' ');
  return [
    opening(ready.frame),
    verbs,
    fileVerbs,
    session,
    stateFunction({ [ready.family]: ready.resources }),
    attemptFunction(steps),
    undoFunction(steps),
    confirmVerb,
    `confirm() {\n  at=${steps.length + 1}\n  say "step $at"\n  confirmed ${plan.confirmSeconds * 5}\n}`,
    `holder=${quote(holderText(plan.holder))}`,
    `backup="$lib/backup/${[plan.id, ...stages.slice(0, 1)].join('-')}"`,
    'take_lock',
    `unchanged ${fingerprint} || stale`,
    `before_us ${paths}`,
    originals.length > 0
      ? `to="$lib/original" && save ${originals.map((each) => word(each)).join(' ')}`
      : ':',
    during === undefined ? ':' : `manifest ${quote(writeManifest(during))}`,
    isRisky(steps) ? `if attempt 2>&1 && confirm 2>&1; then` : `if attempt 2>&1; then`,
    after === undefined ? '  nothing_left' : `  manifest ${quote(writeManifest(after))}`,
    '  say outcome committed',
    'else',
    '  say "failed $at"',
    '  undo 2>&1',
    `  undone ${fingerprint}`,
    'fi',
    'unlock',
    'state',
    'say end',
    '',
  ].join('\n');
}

/** True where a step may cut off our own way to the host. */
export function isRisky(steps: readonly Step[]): boolean {
  return steps.some(({ actions }) => actions.some((action) => action.do === 'run' && action.risky === true));
}

/** The steps of a transaction: prepare before retire, each in the kinds' order; neighbouring files are one step. */
export function stepsOf(ready: Ready, stages: readonly Stage[]): Step[] {
  const actions = (['prepare', 'retire'] as const)
    .filter((stage) => stages.includes(stage))
    .flatMap((stage) =>
      ready.changes
        .flatMap((change) => change.actions)
        .filter((action) => action.stage === stage)
        .toSorted((a, b) => a.order - b.order),
    );
  const steps: { title: string; actions: Action[] }[] = [];
  for (const action of actions) {
    const previous = steps.at(-1);
    if (action.do === 'run') {
      const again = previous?.actions[0];
      const same =
        again?.do === 'run' &&
        again.title === action.title &&
        line(again.commands[0]!) === line(action.commands[0]!);
      if (!same) steps.push({ title: action.title, actions: [action] });
    } else if (
      previous !== undefined &&
      previous.actions[0]!.do !== 'run' &&
      previous.actions[0]!.stage === action.stage
    ) {
      previous.actions.push(action);
      previous.title = `files: ${previous.actions.length}`;
    } else steps.push({ title: `file ${action.path}`, actions: [action] });
  }
  return steps;
}

/** The manifest while something is on its way out: it names what was and what will be. */
function meanwhile({ manifest, leaving }: Ready, departing: readonly RosterEntry[]): Manifest | undefined {
  const kept = withRoster(manifest, departing);
  return kept === undefined ? undefined : { ...kept, resources: { ...kept.resources, ...leaving } };
}

/** A host that has left stays in the rosters until it has been cleaned up. */
function withRoster(manifest: Manifest | undefined, departing: readonly RosterEntry[]): Manifest | undefined {
  return manifest === undefined ? undefined : { ...manifest, roster: [...manifest.roster, ...departing] };
}

function attemptFunction(steps: readonly Step[]): string {
  const parts = steps.map(({ actions }, index) => {
    const commands = actions[0]!.do === 'run' ? runCommands(actions[0] as RunAction) : fileCommands(actions);
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
function fileCommands(actions: readonly Action[]): string[] {
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
    stage.push(`stage ${quote(staged)} ${quote(action.content)}`);
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

/** Undoes what was begun, last first; then puts in force again what runs on the files that came back. */
function undoFunction(steps: readonly Step[]): string {
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

function holderText({ who, since, why }: Holder): string {
  return `${who}\n${since}\n${why}\n`;
}

export const lockPath = `/${stateDirectory}/lock`;
