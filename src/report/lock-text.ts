import type { HostLock } from '../apply/lock.ts';
import { clean } from '../text/clean.ts';
import type { Style } from './style.ts';

/** The lock of a host, in a line or two. */
export function lockText(host: string, { state, pid, holder, step }: HostLock, style: Style): string {
  if (state === 'free') return `${host}: free\n`;
  const words = state === 'held' ? style.change('locked') : style.alarm('abandoned');
  const by =
    holder === undefined
      ? ''
      : ` by ${clean(holder.who)} since ${clean(holder.since)} (${clean(holder.why)})`;
  return `${style.bold(host)}: ${words}${by}\n${processText(clean(host), state, pid)}${stepText(step)}`;
}

function processText(host: string, state: HostLock['state'], pid: number | undefined): string {
  const name = pid === undefined ? 'its process' : `process ${pid}`;
  return state === 'held'
    ? `  ${name} is running\n`
    : `  ${name} has ended; the next apply takes the lock over, or: lvsform lock release ${host}\n`;
}

function stepText(step: HostLock['step']): string {
  if (step === undefined) return '';
  const process = step.pid === undefined ? '' : ` (process ${step.pid})`;
  return `  its last step: ${clean(step.title)}${process}, which may take ${step.limit} s\n`;
}
