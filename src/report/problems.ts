import type { Problem } from '../inventory/problem.ts';
import { cleanLine } from '../text/clean.ts';
import type { Style } from './style.ts';

/** Problems of an inventory: what, where, and what to do. */
export function problemLines(problems: readonly Problem[], style: Style): string {
  return problems
    .map(({ rule, severity, message, hint, place }) => {
      const where = style.bold(`${cleanLine(place.file)}:${place.line}:${place.column}`);
      const kind = severity === 'error' ? style.alarm('error') : style.change('warning');
      return `${where}: ${kind} ${rule}: ${cleanLine(message)}\n    ${cleanLine(hint)}\n`;
    })
    .join('');
}

/** "2 errors, 1 warning". */
export function problemCount(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [plural(errors, 'error'), ...(warnings > 0 ? [plural(warnings, 'warning')] : [])];
  return parts.join(', ');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
