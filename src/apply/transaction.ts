import { type Manifest, writeManifest } from '../observe/manifest.ts';
import { stateFunction } from '../observe/probe.ts';
import type { Secrets } from '../model/secret.ts';
import type { Ready } from '../plan/plan.ts';
import type { Stage } from '../resources/kind.ts';
import { rareVerbs } from '../shell/rare.ts';
import { opening, verbs } from '../shell/prelude.ts';
import { line, quote, rooted } from '../shell/quote.ts';
import { attemptFunction, undoFunction } from './attempt.ts';
import { confirmVerb } from './confirm.ts';
import { partsOf } from './parts.ts';
import { isRisky, type Step, stepsOf } from './steps.ts';
import { files as fileVerbs, session } from './verbs.ts';

/** Who is at work, as the lock tells others. */
export interface Holder {
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly why: string;
}

/** What a transaction needs to know beside its host. */
export interface TransactionContext {
  readonly planId: string;
  readonly holder: Holder;
  /** Seconds that the host waits to be reached anew where that is needed. */
  readonly confirmSeconds: number;
  readonly secrets: Secrets;
  /** The stages of the plan that have ended on the host before. */
  readonly done?: readonly Stage[];
}

/**
 * The one script that changes a host. It takes the lock, makes sure that the host is still what the plan saw, keeps
 * what it replaces, stages and checks files, acts, and on any failure takes everything back and proves it. It ends
 * with the host's state, so that the outcome is read and not assumed. It goes on to its end when the connection is
 * cut: a host is never left half done.
 */
export function transactionScript(
  ready: Ready,
  stages: readonly Stage[],
  fingerprint: string,
  { planId, holder, confirmSeconds, secrets, done = [] }: TransactionContext,
): string {
  const steps = stepsOf(ready, stages);
  const { during, after } = noted(manifests(ready, stages), stages, done, holder);
  const chain = ['keep', 'attempt', ...(isRisky(steps) ? ['confirm'] : []), 'commit'];
  const acts = [attemptFunction(steps, secrets), undoFunction(steps)];
  return [
    opening(ready.frame),
    verbs,
    rareVerbs(acts.join('\n')),
    fileVerbs,
    session,
    confirmVerb,
    stateFunction({ [ready.family]: ready.resources }),
    keepFunction(steps, during),
    ...acts,
    `confirm() {\n  at=${steps.length + 1}\n  say "step $at"\n  confirmed ${confirmSeconds * 5}\n}`,
    `commit() { ${after === undefined ? 'nothing_left' : writeCommand(after)}; }`,
    `holder=${quote(holderText(holder))}`,
    `backup="$lib/backup/${[planId, ...stages.slice(0, 1)].join('-')}"`,
    'at=0',
    'take_lock',
    `unchanged ${fingerprint} || stale`,
    `if ${chain.map((each) => `${each} 2>&1`).join(' && ')}; then`,
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

/**
 * The shell function `keep`: copies what is about to be replaced, and what was there before us; then the manifest
 * names what will be ours, so that it is known whatever happens.
 */
function keepFunction(steps: readonly Step[], during: Manifest | undefined): string {
  const touched = steps.flatMap(({ actions }) =>
    actions.flatMap((action) => (action.do === 'run' ? [] : [action])),
  );
  const originals = touched.filter((action) => action.do === 'write' && action.keepOriginal);
  const paths = (actions: typeof touched): string[] => actions.map(({ path }) => rooted(path));
  return [
    'keep() {',
    '  say "step 0"',
    `  ${line(['back_up', ...paths(touched)])} || return 1`,
    ...(originals.length > 0 ? [`  ${line(['keep_originals', ...paths(originals)])} || return 1`] : []),
    ...(during === undefined ? [] : [`  ${writeCommand(during)} || return 1`]),
    '}',
  ].join('\n');
}

/** The manifest while a transaction is under way, and once it has ended well; undefined where nothing is left. */
function manifests(
  ready: Ready,
  stages: readonly Stage[],
): { during: Manifest | undefined; after: Manifest | undefined } {
  const { manifest, leaving, parting, held } = ready;
  if (manifest === undefined) return { during: undefined, after: undefined };
  const kept = { ...manifest, roster: [...manifest.roster, ...parting] };
  const during = { ...kept, resources: { ...kept.resources, ...leaving } };
  const staying = Object.fromEntries(Object.entries(leaving).filter(([id]) => id in held));
  const after = { ...kept, resources: { ...kept.resources, ...staying } };
  if (stages.length === 0) return { during, after: { ...after, roster: manifest.roster } };
  return { during, after: stages.includes('retire') ? after : during };
}

/** Manifests with who is at work, and what of the plan has ended. */
function noted(
  { during, after }: ReturnType<typeof manifests>,
  stages: readonly Stage[],
  done: readonly Stage[],
  { who: by, since: at }: Holder,
): ReturnType<typeof manifests> {
  return {
    during: during && { ...during, last: { by, at, ended: done } },
    after: after && { ...after, last: { by, at, ended: [...done, ...partsOf(stages)] } },
  };
}

function writeCommand(manifest: Manifest): string {
  return line(['manifest', writeManifest(manifest)]);
}

function holderText({ who, since, why }: Holder): string {
  return `${who}\n${since}\n${why}\n`;
}
