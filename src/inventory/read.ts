import type { Inventory } from '../model/cluster.ts';
import { checkShape } from './check-shape.ts';
import type { Problem } from './problem.ts';
import { resolve } from './resolve.ts';
import { rules } from './rules/index.ts';
import { readSources } from './sources.ts';
import type { SourceFile } from './yaml.ts';

export interface Reading {
  /** Undefined where there are errors. */
  readonly inventory: Inventory | undefined;
  /** All problems, errors and warnings, in the order of the files. */
  readonly problems: readonly Problem[];
}

/** Reads an inventory from the text of its files. Whatever the bytes are, it answers and never throws. */
export function readInventory(files: readonly SourceFile[]): Reading {
  const sources = readSources(files);
  if (sources.problems.length > 0) return { inventory: undefined, problems: inOrder(sources.problems) };
  const checked = checkShape(sources.value);
  if ('findings' in checked) {
    const problems = checked.findings.map(({ onKey, ...finding }): Problem => ({
      rule: 'LVS001',
      severity: 'error',
      ...finding,
      place: sources.place(finding.path, onKey),
    }));
    return { inventory: undefined, problems: inOrder(problems) };
  }
  const inventory = resolve(checked.shape);
  const problems = rules.flatMap((rule) =>
    rule.check(inventory, checked.shape).map((finding): Problem => ({
      rule: rule.id,
      severity: rule.severity,
      ...finding,
      place: sources.place(finding.path),
    })),
  );
  const broken = problems.some(({ severity }) => severity === 'error');
  return { inventory: broken ? undefined : inventory, problems: inOrder(problems) };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      a.place.file.localeCompare(b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}
