import type { Event, HostResult, Outcome } from '../plan/events.ts';
import { clean, cleanLine } from '../text/clean.ts';
import { failureWords } from '../port.ts';
import type { Style } from './style.ts';

/** An outcome in words. */
const words: Record<Outcome, string> = {
  ok: 'ok',
  changed: 'changed',
  applied: 'applied already',
  'in-part': 'changed in part',
  failed: 'failed',
  'rolled-back': 'rolled back',
  'half-undone': 'failed, and not all of it could be undone',
  unknown: 'without a result',
  stale: 'stale plan',
  locked: 'locked',
  ...failureWords,
  blocked: 'cannot be changed',
  skipped: 'skipped',
};

/** One event as a line for users; empty for events that need none. */
export function eventLine(event: Event, style: Style): string {
  switch (event.type) {
    case 'begin':
    case 'observing':
    case 'observed':
    case 'summary':
      return '';
    case 'transaction':
      return startLine(event);
    case 'transaction-end':
      return resultLine({ ...event, host: event.transaction }, style);
  }
}

function startLine({ transaction, steps, since }: Extract<Event, { type: 'transaction' }>): string {
  const name = cleanLine(transaction);
  const anyway = since === undefined ? '' : `${name}: starts anyway, since ${cleanLine(since)}\n`;
  return `${anyway}${name}: ${steps === 1 ? '1 step' : `${steps} steps`} ...\n`;
}

/** The result of each host, and the counts. */
export function summaryText(results: readonly HostResult[], style: Style): string {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const told = [...counts]
    .map(([outcome, count]) => paint(outcome, `${count} ${words[outcome]}`, style))
    .join(', ');
  const lines = results
    .filter(({ outcome }) => outcome !== 'ok')
    .map((result) => `  ${resultLine(withoutOutput(result), style)}`);
  return `\n${style.bold('Summary')}: ${told === '' ? 'nothing to do' : told}\n${lines.join('')}`;
}

function resultLine({ host, outcome, message, output }: HostResult, style: Style): string {
  const why =
    message === undefined ? '' : `${outcome === 'skipped' ? ', since ' : ': '}${cleanLine(message)}`;
  const head = `${cleanLine(host)}: ${paint(outcome, words[outcome], style)}${why}\n`;
  const shown = output === undefined || outcome === 'changed' ? '' : clean(output);
  return shown === ''
    ? head
    : `${head}${shown
        .split('\n')
        .map((text) => `    | ${text}\n`)
        .join('')}`;
}

function withoutOutput({ host, outcome, message }: HostResult): HostResult {
  return { host, outcome, ...(message === undefined ? {} : { message }) };
}

function paint(outcome: Outcome, text: string, style: Style): string {
  if (outcome === 'ok' || outcome === 'applied') return text;
  if (outcome === 'changed') return style.add(text);
  return outcome === 'skipped' ? style.change(text) : style.alarm(text);
}
