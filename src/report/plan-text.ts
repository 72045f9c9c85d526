import { structuredPatch } from 'diff';
import { longestDrain } from '../plan/drain-time.ts';
import { hasChanges, heldHosts, hasWork, type HostPlan, isReady, type Plan } from '../plan/plan.ts';
import type { Change, Detail, Verb } from '../resources/kind.ts';
import { cleanLine, visible } from '../text/clean.ts';
import { failureWords } from '../port.ts';
import { plural } from './problems.ts';
import type { Style } from './style.ts';

const symbols: Record<Verb, string> = { add: '+', change: '~', remove: '-' };

/** How many lines are shown at most of a new document, and of one that changes. */
const most = { added: 6, changed: 200 };

/**
 * A plan as a diff for users: by host and resource, then what it interrupts, and a summary line. `full` shows each line of
 * each document.
 */
export function planText(plan: Plan, style: Style, full = false): string {
  const shown = plan.hosts.filter((host) => !isReady(host) || hasWork(host) || host.state.notes.length > 0);
  const parts = shown.map((host) => hostText(host, style, full));
  const interrupts = plan.hosts.flatMap((host) =>
    isReady(host)
      ? host.state.changes.flatMap((change) => change.interrupts.map((text) => `${host.host}: ${text}`))
      : [],
  );
  if (interrupts.length > 0) {
    parts.push(
      `${style.bold('What will be interrupted')}\n${interrupts.map((text) => `  ! ${cleanLine(text)}\n`).join('')}`,
    );
  }
  if (plan.dangers.length > 0) {
    parts.push(
      `${style.alarm('Dangers')} (apply refuses them without --force)\n${plan.dangers.map((text) => `  ! ${cleanLine(text)}\n`).join('')}`,
    );
  }
  return `${parts.join('\n')}${parts.length > 0 ? '\n' : ''}${shardText(plan)}${summary(plan, style)}\n`;
}

/** Which part of the inventory a plan is, if it is not the whole. */
function shardText({ shard, hosts }: Plan): string {
  if (shard === undefined) return '';
  const own = hosts.filter(({ departed }) => !departed).length;
  const has = own === 0 ? 'no hosts' : plural(own, 'host');
  return `Shard ${shard.number}/${shard.of} has ${has}. `;
}

function hostText(host: HostPlan, style: Style, full: boolean): string {
  const { state } = host;
  const name = style.bold(cleanLine(host.host));
  if (state.is === 'unreachable') {
    const left = host.departed
      ? `  (no longer in the inventory; a director remembers it. If it is gone for good: --forget ${cleanLine(host.host)})\n`
      : '';
    return `${name}: ${style.alarm(failureWords[state.why])}\n  ${cleanLine(state.reason)}\n${left}`;
  }
  if (state.is === 'blocked') {
    return `${name}: ${style.alarm('cannot be changed')}\n${state.reasons.map((text) => `  ${cleanLine(text)}\n`).join('')}`;
  }
  const head = `${name} (${cleanLine(state.system) || state.family}${host.departed ? ', no longer in the inventory' : ''})\n`;
  const changes = state.changes.map((change) => changeText(change, style, full)).join('');
  const roster =
    state.roster.length === 0
      ? ''
      : `  ${style.change('~')} manifest: ${state.roster.map((detail) => ('text' in detail ? `${symbols[detail.verb]} ${cleanLine(detail.text)}` : '')).join(', ')}\n`;
  const notes = state.notes.map((text) => style.dim(`  (${cleanLine(text)})\n`)).join('');
  return head + changes + roster + notes;
}

function changeText({ verb, title, details }: Change, style: Style, full: boolean): string {
  const head = `  ${style[verb](`${symbols[verb]} ${cleanLine(title)}`)}\n`;
  return head + details.map((detail) => detailText(detail, style, full)).join('');
}

function detailText(detail: Detail, style: Style, full: boolean): string {
  if ('text' in detail)
    return `      ${style[detail.verb](`${symbols[detail.verb]} ${cleanLine(detail.text)}`)}\n`;
  return diffLines(detail.before, detail.after, full)
    .map((text) => `      ${paint(text, style)}\n`)
    .join('');
}

function paint(text: string, style: Style): string {
  if (text.startsWith('+')) return style.add(text);
  if (text.startsWith('-')) return style.remove(text);
  return text.startsWith('@@') ? style.dim(text) : text;
}

/** Texts that differ in more lines are not compared line by line: the time grows with the square of that number. */
const mostEdits = 1000;

/** A unified diff's lines, without the two lines of names. */
function diffLines(before: string, after: string, full: boolean): string[] {
  const bound = before === '' || after === '' ? {} : { maxEditLength: mostEdits };
  const patch = structuredPatch('', '', visible(before), visible(after), undefined, undefined, {
    context: 2,
    ...bound,
  });
  if (patch === undefined) {
    return [`${plural(linesIn(before), 'line')} before, ${linesIn(after)} after: too different to show`];
  }
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: body }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...body,
  ]);
  if (before === '') lines.shift();
  const limit = full ? Infinity : before === '' ? most.added : most.changed;
  const left = lines.length - limit;
  return left > 1
    ? [...lines.slice(0, limit), `... ${plural(left, 'more line')} (--full shows them)`]
    : lines;
}

/** A range of no lines names the line before it, as in diff(1). */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function linesIn(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function summary(plan: Plan, style: Style): string {
  const changes = plan.hosts.flatMap((host) => (isReady(host) ? host.state.changes : []));
  const count = (verb: Verb): number => changes.filter((change) => change.verb === verb).length;
  const broken = plan.hosts.filter(({ state }) => state.is !== 'ready');
  const disputed = broken.some(({ state }) => state.is === 'blocked' && state.disputed === true);
  const settle = disputed ? ' Until that is settled, apply changes nothing on any host.' : '';
  const trouble =
    broken.length > 0 ? style.alarm(`${plural(broken.length, 'host')} not planned.${settle}`) : '';
  const selected = plan.limit.length + plan.exclude.length > 0 ? ' (of the selected hosts)' : '';
  if (!hasChanges(plan)) {
    const held = heldHosts(plan);
    const ready = plan.hosts.length - broken.length - held.length;
    const nothing = plan.destroy
      ? `No changes: nothing of this inventory is on ${plural(ready, 'host')}${selected}.`
      : `No changes: ${plural(ready, 'host')} ${ready === 1 ? 'is' : 'are'} as wanted${selected}.`;
    const waiting = `Nothing to do: all that differs on ${cleanLine(held.join(', '))} is held back (--allow).`;
    const empty = plan.shard !== undefined && plan.hosts.length === 0;
    if (empty) return 'There is nothing to do.';
    return [...(held.length > 0 ? [waiting] : []), ...(ready > 0 ? [nothing] : []), trouble]
      .filter(Boolean)
      .join(' ');
  }
  const hosts = plan.hosts.filter(hasWork).length;
  const verbs = `${count('add')} to add, ${count('change')} to change, ${count('remove')} to remove`;
  const batches = plan.transactions.find(({ batch }) => batch !== undefined)?.batch?.of ?? 0;
  const rolling = batches > 1 ? ` Real servers in ${batches} batches.` : '';
  const bound =
    plan.maxFailures === undefined ? '' : ` At most ${cleanLine(plan.maxFailures)} of the hosts may fail.`;
  const seconds = longestDrain(plan);
  const drains = seconds === 0 ? '' : ` Drains take at most ${seconds} s.`;
  return [`Plan: ${verbs}, on ${plural(hosts, 'host')}${selected}.${rolling}${drains}${bound}`, trouble]
    .filter(Boolean)
    .join(' ');
}
