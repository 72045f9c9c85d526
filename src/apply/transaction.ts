import type { Manifest } from '../observe/manifest.ts';
import { stateFunction } from '../observe/probe.ts';
import type { Secrets } from '../model/secret.ts';
import type { Ready } from '../plan/plan.ts';
import { type Action, commonLimit, type RunAction, type Stage } from '../resources/kind.ts';
import { line, quote, rooted } from '../shell/quote.ts';
import { hostScript } from '../shell/script.ts';
import { attemptFunction, undoFunction } from './attempt.ts';
import { manifestsOf, writing } from './written-manifest.ts';
import { isRisky, type Step, stepsOf } from './steps.ts';

/** The run that holds a lock, as the lock names it to others. */
export interface Holder {
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly why: string;
}

/** What a transaction must know beside its host. */
export interface TransactionContext {
  readonly planId: string;
  readonly holder: Holder;
  /** Seconds that the host waits for a new connection, if a step is risky. */
  readonly confirmSeconds: number;
  readonly secrets: Secrets;
  /** The stages of the plan that have ended on the host before. */
  readonly done?: readonly Stage[];
}

/**
 * The one script that changes a host. It takes the lock, checks that the host is still as the plan saw it, keeps what it
 * replaces, stages and checks files, and acts. If a step fails, it undoes everything and proves that. It ends with the
 * host's state, so that the outcome is read and not assumed. If the connection is cut, it still runs to its end: a host is
 * never left half done.
 */
export function transactionScript(
  ready: Ready,
  stages: readonly Stage[],
  fingerprint: string,
  { planId, holder, confirmSeconds, secrets, done = [] }: TransactionContext,
): string {
  const steps = stepsOf(ready, stages);
  const { during, after } = manifestsOf(ready, stages, done, holder);
  const chain = ['look', 'keep', 'attempt', ...(isRisky(steps) ? ['confirm'] : []), 'commit'];
  return hostScript(
    ready.frame,
    stateFunction({ [ready.family]: ready.resources }),
    lookFunction(fingerprint),
    keepFunction(steps, during),
    attemptFunction(steps, secrets),
    undoFunction(steps),
    confirmFunction(steps.length, confirmSeconds),
    commitFunction(steps, during, after),
    `holder=${quote(holderText(holder))}`,
    `backup="$lib/backup/${[planId, ...stages.slice(0, 1)].join('-')}"`,
    'take_lock',
    `if ${chain.join(' && ')}; then`,
    '  say outcome committed',
    'else',
    '  say "failed $doing"',
    '  failed=$doing why=$ended',
    '  undo',
    `  undone ${fingerprint}`,
    '  [ -z "$why" ] || { say ended && printf "%s\\n" "$why"; }',
    'fi',
    'release_lock',
    after === undefined ? '[ -n "$failed" ] || { say aside && printf "%s\\n" "$lib.removed.$me"; }' : ':',
    'state',
    // If lvsform is no longer connected, the host removes by itself what was kept.
    after === undefined ? '[ -n "$failed" ] || listened || remove_left' : ':',
  );
}

/** Seconds for what a transaction does beside its steps: reading the host, and keeping copies. */
const readLimit = 300;
const keepLimit = 900;

/** The shell function `look`: the host is as the plan saw it, or the transaction ends. */
function lookFunction(fingerprint: string): string {
  return [
    'look() {',
    "  titled='read the host'",
    '  say "step look"',
    `  limited ${readLimit} unchanged ${fingerprint} && return`,
    '  [ -n "$ended" ] || stale',
    '  return 1',
    '}',
  ].join('\n');
}

/**
 * The shell function `keep`: it copies what the transaction replaces and what was there before lvsform, and syncs the copies
 * to disk. Then the manifest names what will be ours, so that a later run knows it whatever happens.
 */
function keepFunction(steps: readonly Step[], during: Manifest | undefined): string {
  const files = touched(steps);
  const originals = files.filter((action) => action.do === 'write' && action.keepOriginal);
  const paths = (actions: typeof files): string[] => actions.map(({ path }) => rooted(path));
  const write = during && writing(during);
  const copies = [
    line(['back_up', ...paths(files)]),
    ...(originals.length > 0 ? [line(['keep_originals', ...paths(originals)])] : []),
    line(['secure', ...paths(files)]),
  ];
  return [
    `keep_copies() {\n  ${copies.join(' &&\n    ')}\n}`,
    'keep() {',
    "  doing=keep titled='keep a copy of what is there'",
    '  say "step keep"',
    `  limited ${keepLimit} keep_copies || return 1`,
    '  backed_up=1',
    ...(write === undefined ? [] : [...write.given, `  ${write.command} || return 1`]),
    '}',
  ].join('\n');
}

function touched(steps: readonly Step[]): Exclude<Action, RunAction>[] {
  return steps.flatMap(({ actions }) => actions.flatMap((action) => (action.do === 'run' ? [] : [action])));
}

function confirmFunction(steps: number, seconds: number): string {
  return [
    'confirm() {',
    `  at=${steps + 1} doing=confirm titled='wait to be reached over a new connection'`,
    '  say "step confirm"',
    `  limited ${seconds + commonLimit} confirmed ${seconds * 5}`,
    '}',
  ].join('\n');
}

/**
 * The shell function `commit`: it writes the manifest of what is ours now; if nothing of ours is left, it moves the state
 * aside by one rename. Before it everything can be undone, after it nothing is. lvsform removes what was moved aside once it
 * has read the host and found it as planned (`Work`).
 */
function commitFunction(
  steps: readonly Step[],
  during: Manifest | undefined,
  after: Manifest | undefined,
): string {
  const paths = touched(steps).map(({ path }) => rooted(path));
  const write = after && writing(after, during);
  const commands =
    write === undefined
      ? [`limited ${keepLimit} sweep`, `limited ${keepLimit} ${line(['settle', ...paths])}`, 'leave']
      : [write.command];
  return [
    'commit() {',
    `  at=${steps.length + 1} doing=commit titled='commit'`,
    '  say "step commit"',
    ...(write?.given ?? []),
    `  ${commands.join(' && ')}`,
    '}',
  ].join('\n');
}

export function holderText({ who, since, why }: Holder): string {
  return `${who}\n${since}\n${why}\n`;
}
