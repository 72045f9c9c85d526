import { readInventoryFiles } from '../disk/inventory.ts';
import { readTemplates } from '../disk/templates.ts';
import { readInventory } from '../inventory/read.ts';
import type { SourceFile } from '../inventory/yaml.ts';
import type { Inventory } from '../model/cluster.ts';
import { type Render, renderer, type TemplateText, textsOf } from '../render/templates.ts';
import { problemCount, problemLines } from '../report/problems.ts';
import { moreAbout } from '../report/rules-text.ts';
import { UserError } from '../user-error.ts';
import { line } from '../shell/quote.ts';
import { environment } from './environment.ts';
import type { Io } from './io.ts';
import type { InventoryValues } from './options.ts';

export interface Loaded {
  readonly path: string;
  readonly inventory: Inventory;
  readonly render: Render;
  /** The texts that it was read from. */
  readonly sources: Sources;
}

export interface Sources {
  readonly files: readonly SourceFile[];
  readonly templates: readonly (readonly [name: string, template: TemplateText])[];
}

export function inventoryPath({ inventory }: InventoryValues): string {
  return inventory ?? environment('LVSFORM_INVENTORY') ?? './inventory.yaml';
}

/** A command to show in a hint, for the inventory that the command line names. */
export function proposed({ inventory: path }: InventoryValues, ...words: string[]): string {
  return line(['lvsform', ...words, ...(path === undefined ? [] : ['-i', path])]);
}

/** Calls `make` with the path of the inventory. If that fails and a variable named the path, the hint names the variable. */
export async function ofInventory<T>(
  values: InventoryValues,
  make: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await make(inventoryPath(values));
  } catch (error) {
    const told = values.inventory === undefined && environment('LVSFORM_INVENTORY') !== undefined;
    if (!told || !(error instanceof UserError)) throw error;
    const { message, exitCode, hint } = error;
    const source = 'the path is from LVSFORM_INVENTORY';
    throw new UserError(message, {
      exitCode,
      cause: error,
      hint: hint === undefined ? source : `${hint}; ${source}`,
    });
  }
}

/** Loads the inventory of the command line, with its templates. Prints its warnings; throws UserError if it has errors. */
export async function loadInventory(values: InventoryValues, io: Io, other?: string): Promise<Loaded> {
  const path = other ?? inventoryPath(values);
  const { files, templates } = await (other === undefined
    ? ofInventory(values, readInventoryFiles)
    : readInventoryFiles(other));
  const used = await readTemplates(templates);
  const render = renderer(used);
  const { inventory, problems } = readInventory(files, render);
  if (problems.length > 0) io.tell(problemLines(problems, io.style));
  if (inventory === undefined) {
    const hint = moreAbout(problems);
    throw new UserError(`${path}: ${problemCount(problems)}`, hint === undefined ? {} : { hint });
  }
  return { path, inventory, render, sources: { files, templates: textsOf(used) } };
}
