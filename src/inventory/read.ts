import type { Inventory } from '../model/cluster.ts';
import type { Render } from '../render/templates.ts';
import { obstacles } from './build.ts';
import { checkShape, type ShapeFinding } from './check-shape.ts';
import type { Finding, Problem, Severity } from './problem.ts';
import { resolve } from './resolve.ts';
import { rules } from './rules/index.ts';
import { readSources, type Sources } from './sources.ts';
import { stringFindings } from './strings.ts';
import type { SourceFile } from './yaml.ts';

export interface Reading {
  /** Undefined if there are errors. */
  readonly inventory: Inventory | undefined;
  /** All problems, errors and warnings, in the order of the files. */
  readonly problems: readonly Problem[];
}

/**
 * Reads an inventory from the text of its files. It never throws, whatever the bytes are. With `render` it also builds what
 * each host would have, so that an inventory without errors can be planned.
 */
export function readInventory(files: readonly SourceFile[], render?: Render): Reading {
  const sources = readSources(files);
  if (sources.problems.length > 0) return { inventory: undefined, problems: inOrder(sources.problems) };
  const strings = stringFindings(sources.value);
  const checked = checkShape(sources.value);
  if ('findings' in checked || strings.length > 0) {
    const shapes = 'findings' in checked ? checked.findings : [];
    const problems = [
      ...shapeProblems('LVS005', strings, sources),
      ...shapeProblems('LVS001', shapes, sources),
    ];
    return { inventory: undefined, problems: inOrder(problems) };
  }
  const inventory = resolve(checked.shape);
  const found = rules.flatMap(({ id, severity, check }) =>
    check(inventory, checked.shape).map((finding) => placed(id, severity, finding, sources)),
  );
  const sound = !hasErrors(found);
  const built = sound && render !== undefined ? buildProblems(inventory, render, sources) : [];
  return {
    inventory: sound && built.length === 0 ? inventory : undefined,
    problems: inOrder([...found, ...built]),
  };
}

function shapeProblems(rule: string, findings: readonly ShapeFinding[], sources: Sources): Problem[] {
  return findings.map(({ onKey, ...finding }) => ({
    rule,
    severity: 'error',
    ...finding,
    place: sources.place(finding.path, onKey),
  }));
}

function buildProblems(inventory: Inventory, render: Render, sources: Sources): Problem[] {
  return obstacles(inventory, render).map((each) =>
    each.rule === 'LVS006'
      ? placed(each.rule, 'error', each, sources)
      : {
          ...each,
          severity: 'error',
          path: [],
          hint: 'correct the template; docs/templates.md lists the variables',
        },
  );
}

/** A finding as a problem, with its places in the files; the message names the second place. */
function placed(rule: string, severity: Severity, finding: Finding, sources: Sources): Problem {
  const { path, hint, also: other } = finding;
  const place = sources.place(path);
  if (other === undefined) return { rule, severity, message: finding.message, hint, path, place };
  const also = sources.place(other);
  const message = `${finding.message}; the other is at ${also.file}:${also.line}:${also.column}`;
  return { rule, severity, message, hint, path, place, also };
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      a.place.file.localeCompare(b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}
