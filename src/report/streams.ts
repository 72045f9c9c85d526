import { z } from 'zod';
import { type Event, eventVersion, type HostResult, outcomes } from '../plan/events.ts';

/** The events of one or several runs, as `--json` wrote them. */
export interface Stream {
  readonly name: string;
  readonly text: string;
}

/** A line of a stream, for messages. */
export interface At {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Something that keeps a summary from being good. */
export interface Trouble extends At {
  readonly message: string;
}

export type Begin = Extract<Event, { readonly type: 'begin' }>;
export type Summary = Extract<Event, { readonly type: 'summary' }>;

/** What a stream says of one run. */
export interface Run {
  readonly at: At;
  readonly plan: string;
  /** Undefined if the stream lacks the run's first line. */
  readonly begin?: Begin;
  /** Results of single transactions. */
  readonly ended: readonly HostResult[];
  /** Undefined if the run has no end. */
  readonly end?: Summary & { readonly at: At };
}

const result = z.looseObject({
  host: z.string(),
  outcome: z.enum(outcomes),
  message: z.string().optional(),
  output: z.string().optional(),
});
const shard = z.object({ number: z.int().min(1), of: z.int().min(1), division: z.string() });
const own = { version: z.literal(eventVersion), plan: z.string() };
const line = z.discriminatedUnion('type', [
  z.looseObject({
    ...own,
    type: z.literal('begin'),
    inventory: z.string(),
    destroy: z.boolean(),
    shard: shard.optional(),
    hosts: z.array(z.string()),
  }),
  z.looseObject({ ...own, type: z.literal('observing') }),
  z.looseObject({ ...own, type: z.literal('observed') }),
  z.looseObject({ ...own, type: z.literal('transaction') }),
  result.extend({ ...own, type: z.literal('transaction-end') }),
  z.looseObject({
    ...own,
    type: z.literal('summary'),
    results: z.array(result),
    stoppedBy: z.enum(['SIGINT', 'SIGTERM', 'SIGHUP']).optional(),
  }),
  // A run that was refused, or that failed as a whole; it may have no plan yet.
  z.looseObject({ version: z.literal(eventVersion), type: z.literal('error'), message: z.string() }),
]);
type Line = z.infer<typeof line>;

/** The runs of a stream, by the plans that their lines name, and the lines that are no sound part of a run. */
export function runsIn({ name: file, text }: Stream): { runs: Run[]; troubles: Trouble[] } {
  const runs: Run[] = [];
  const troubles: Trouble[] = [];
  const open = new Map<string, number>();
  const lines = text.split('\n');
  let told = false;
  for (const [index, written] of lines.entries()) {
    if (written.trim() === '') continue;
    told = true;
    const at = { file, line: index + 1 };
    const read = readLine(written);
    if (typeof read === 'string') troubles.push({ ...at, message: read });
    else if (read.type === 'error')
      troubles.push({ ...at, message: `lvsform ended with an error: ${read.message}` });
    else {
      const known = read.type === 'begin' ? undefined : open.get(read.plan);
      if (known === undefined) {
        if (read.type !== 'begin')
          troubles.push({ ...at, message: `the run of plan ${read.plan} has no beginning here` });
        open.set(read.plan, runs.length);
        runs.push({ at, plan: read.plan, ended: [] });
      }
      const place = open.get(read.plan)!;
      runs[place] = withLine(runs[place]!, read, at);
      if (read.type === 'summary') open.delete(read.plan);
    }
  }
  if (!told) troubles.push({ file, line: 1, message: 'it is empty: no run has written here' });
  const last = { file, line: Math.max(1, lines.length - (text.endsWith('\n') ? 1 : 0)) };
  const unended = runs.filter(({ end }) => end === undefined);
  troubles.push(...unended.map(({ at, plan }) => ({ ...last, message: noEnd(plan, at) })));
  return { runs, troubles };
}

function noEnd(plan: string, { line: from }: At): string {
  return `the run of plan ${plan}, from line ${from}, has no end: it was killed, or its output is cut off`;
}

function withLine(run: Run, read: Exclude<Line, { type: 'error' }>, at: At): Run {
  switch (read.type) {
    case 'begin':
      return { ...run, begin: read as Begin };
    case 'transaction-end':
      return { ...run, ended: [...run.ended, read as HostResult] };
    case 'summary':
      return { ...run, end: { ...(read as Summary), at } };
    default:
      return run;
  }
}

/** A line, or what is wrong with it. */
function readLine(written: string): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return 'this line is not JSON: it is cut off, or no output of lvsform --json';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notOurs;
  const { type, version } = value as Record<string, unknown>;
  if (type === undefined && 'transactions' in value) return 'this is a plan, and not the events of its apply';
  if (type === undefined || version === undefined) return notOurs;
  if (version !== eventVersion)
    return `this event has version ${JSON.stringify(version)}, and this lvsform reads version ${eventVersion}`;
  const read = line.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `this is no event of an apply: ${issue?.path.join('.')}: ${issue?.message}`;
}

const notOurs = 'this is no event of lvsform';
