import type { Inventory } from '../model/cluster.ts';
import type { Render } from '../render/templates.ts';
import { obstacles } from './build.ts';
import { checkShape, type ShapeMistake } from './check-shape.ts';
import type { Mistake, Problem, Severity } from './problem.ts';
import { resolve } from './resolve.ts';
import { rules } from './rules/index.ts';
import { writtenAt } from './settings.ts';
import type { InventoryShape } from './shape.ts';
import { readSources, type Sources } from './sources.ts';
import { stringMistakes } from './strings.ts';
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
  const strings = stringMistakes(sources.value);
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  const checked = checkShape(sources.value, size > large);
  if ('mistakes' in checked || strings.length > 0) {
    const shapes = 'mistakes' in checked ? checked.mistakes : [];
    const problems = [
      ...shapeProblems('LVS005', strings, sources),
      ...shapeProblems('LVS001', shapes, sources),
    ];
    return { inventory: undefined, problems: inOrder(problems) };
  }
  const inventory = resolve(checked.shape);
  const found = rules.flatMap(({ id, severity, check }) =>
    once(check(inventory, checked.shape), checked.shape).map((mistake) =>
      placed(id, severity, mistake, sources),
    ),
  );
  const sound = !hasErrors(found);
  const built = sound && render !== undefined ? buildProblems(inventory, render, sources) : [];
  return {
    inventory: sound && built.length === 0 ? inventory : undefined,
    problems: inOrder([...found, ...built]),
  };
}

/** Characters of an inventory with some hundred hosts. */
const large = 50_000;

function shapeProblems(rule: string, mistakes: readonly ShapeMistake[], sources: Sources): Problem[] {
  return mistakes.map(({ onKey, ...mistake }) => ({
    rule,
    severity: 'error',
    ...mistake,
    place: sources.place(mistake.path, onKey),
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
        },
  );
}

/** Services, and clusters, that have a setting from one place would report it several times. */
function once(mistakes: readonly Mistake[], shape: InventoryShape): Mistake[] {
  const found = new Map<string, Mistake>();
  for (const mistake of mistakes) {
    const path = writtenAt(shape, mistake.path);
    const also = mistake.also && writtenAt(shape, mistake.also);
    // Clusters that have the default differ only in their names.
    const key = JSON.stringify(path === mistake.path ? mistake : path);
    if (!found.has(key)) found.set(key, { ...mistake, path, ...(also && { also }) });
  }
  return [...found.values()];
}

/** A mistake as a problem, with its places in the files; the message names the second place. */
function placed(rule: string, severity: Severity, mistake: Mistake, sources: Sources): Problem {
  const { path, hint, also: other } = mistake;
  const place = sources.place(path);
  if (other === undefined) return { rule, severity, message: mistake.message, hint, path, place };
  const also = sources.place(other);
  const message = `${mistake.message}; the other is at ${also.file}:${also.line}:${also.column}`;
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
