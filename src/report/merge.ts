import { type HostResult, type Outcome, outcomes, type StopSignal } from '../plan/events.ts';
import { exit, exitStatusOf } from './exit-statuses.ts';
import { type At, type Begin, type Run, runsIn, type Stream, type Trouble } from './streams.ts';

/** What several runs did together. */
export interface Merged {
  readonly results: readonly HostResult[];
  readonly troubles: readonly Trouble[];
  /** As one run would have ended; a failure if there is any trouble. */
  readonly status: number;
}

const good: ReadonlySet<Outcome> = new Set(['ok', 'changed', 'applied']);

/** One summary of the runs in several streams. What no stream says for certain is never counted as done. */
export function mergedRuns(streams: readonly Stream[]): Merged {
  const read = streams.map(runsIn);
  const runs = read.flatMap((each) => each.runs);
  const [first] = runs.filter(({ begin }) => begin !== undefined);
  const troubles = read.flatMap((each) => each.troubles);
  const known = new Map<string, { result: HostResult; at: At }>();
  for (const run of runs) {
    const odd = first === undefined ? undefined : unlike(run, first);
    if (odd !== undefined) troubles.push({ ...run.at, message: odd });
    const at = run.end?.at ?? run.at;
    for (const result of resultsOf(run, odd)) {
      const other = known.get(result.host);
      known.set(result.host, { result: other === undefined ? result : both(other.result, result), at });
      if (other !== undefined)
        troubles.push({ ...at, message: `${result.host} is in two runs: see ${placeText(other.at)}` });
    }
  }
  if (first !== undefined) troubles.push(...missingShards(first, runs));
  const results = [...known.values()].map(({ result }) => result);
  const status = exitStatusOf(
    results.map(({ outcome }) => outcome),
    signalOf(runs),
  );
  return { results, troubles, status: troubles.length > 0 ? exit.failed : status };
}

export function placeText({ file, line }: At): string {
  return `${file}:${line}`;
}

/** The results of a run's hosts. A run without an end, or one that does not belong to the others, has done nothing for certain. */
function resultsOf({ begin, ended, end }: Run, odd: string | undefined): HostResult[] {
  const unsure = (host: string, message: string): HostResult => ({ host, outcome: 'unknown', message });
  if (end !== undefined) {
    const left = (begin?.hosts ?? []).filter((host) => !end.results.some((each) => each.host === host));
    return [
      ...end.results.map((each) =>
        odd !== undefined && good.has(each.outcome)
          ? unsure(each.host, 'its run does not belong to the others')
          : each,
      ),
      ...left.map((host) => unsure(host, 'the end of its run does not name it')),
    ];
  }
  const worst = new Map<string, HostResult>();
  for (const each of ended) {
    const before = worst.get(each.host);
    if (!good.has(each.outcome)) worst.set(each.host, before === undefined ? each : graver(before, each));
  }
  const hosts = new Set([...(begin?.hosts ?? []), ...ended.map(({ host }) => host)]);
  return [...hosts].map((host) => worst.get(host) ?? unsure(host, 'its run has no end'));
}

/** Two results of one host. */
function both(one: HostResult, other: HostResult): HostResult {
  const found = graver(one, other);
  return good.has(found.outcome)
    ? { host: found.host, outcome: 'unknown', message: 'it is in two runs' }
    : found;
}

function graver(one: HostResult, other: HostResult): HostResult {
  return outcomes.indexOf(other.outcome) < outcomes.indexOf(one.outcome) ? other : one;
}

/** Why a run does not belong to the first one; undefined if it does. */
function unlike({ begin }: Run, { begin: first, at }: Run): string | undefined {
  if (begin === undefined || first === undefined) return undefined;
  const other = `the run of ${placeText(at)}`;
  if (begin.inventory !== first.inventory)
    return `this run is of the inventory ${begin.inventory}, and ${other} of ${first.inventory}`;
  if (begin.destroy !== first.destroy) return `this run is ${doing(begin)}, and ${other} is ${doing(first)}`;
  if (begin.shard?.of !== first.shard?.of)
    return `this run is ${partOf(begin)}, and ${other} is ${partOf(first)}`;
  return begin.shard?.division === first.shard?.division
    ? undefined
    : `the inventory had other hosts when this run was planned than for ${other}`;
}

function doing({ destroy }: Begin): string {
  return destroy ? 'a destroy' : 'an apply';
}

function partOf({ shard }: Begin): string {
  return shard === undefined ? 'of no shard' : `shard ${shard.number}/${shard.of}`;
}

function missingShards({ at, begin }: Run, runs: readonly Run[]): Trouble[] {
  const of = begin?.shard?.of ?? 0;
  const there = new Set(runs.map((run) => run.begin?.shard?.number));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((number) => !there.has(number));
  const names = missing.slice(0, 20).map((number) => `${number}/${of}`);
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
  return missing.length === 0
    ? []
    : [{ ...at, message: `of the shards of this run, these have no run: ${names.join(', ')}${more}` }];
}

const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signal that decides the exit status, if some run was stopped. */
function signalOf(runs: readonly Run[]): StopSignal | undefined {
  const seen = new Set(runs.map(({ end }) => end?.stoppedBy));
  return signals.find((signal) => seen.has(signal));
}
