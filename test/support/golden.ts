import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderedDocument } from '../../src/components/rendered.ts';
import { writeWhole } from '../../src/disk/documents.ts';
import type { Family } from '../../src/model/family.ts';

/** A document of one host of an inventory, on one family. */
export interface OwnedDocument extends RenderedDocument {
  readonly inventory: string;
  readonly family: Family;
}

/** Each distinct document once, by its name, and the list of the hosts that have it. */
export interface Golden {
  readonly documents: ReadonlyMap<string, string>;
  readonly owners: string;
}

export const update = 'UPDATE_GOLDEN=1 npx ava test/render/golden.test.ts';

const folder = fileURLToPath(new URL('../../../test/golden', import.meta.url));
const list = 'owners.txt';

/** The file of a golden document, for a program that reads it. */
export const goldenFile = (name: string): string => join(folder, name);

/** A document's name if this owner gives it: `etc/hosts/dr.debian.lb1`. */
export function nameFrom({ inventory, family, host, path }: OwnedDocument): string {
  const short = inventory.replace(/^inventories\//, '').replaceAll('/', '-');
  return `${path.slice(1)}/${short}.${family}.${host}`;
}

/**
 * What test/golden must hold. One of a document's owners gives its name. A stored name is kept while one of the owners
 * fits it, so that a changed line is a changed line and not a renamed file; a new document is named after its first owner.
 */
export function goldenOf(rendered: readonly OwnedDocument[], stored: ReadonlyMap<string, string>): Golden {
  const documents = new Map<string, string>();
  const lines = new Map<string, string>();
  for (const [content, owners] of grouped(rendered, (each) => each.content)) {
    const names = owners.map(nameFrom);
    const kept = names.filter((name) => stored.has(name)).toSorted();
    const name = kept.find((each) => stored.get(each) === content) ?? kept[0] ?? names[0]!;
    documents.set(name, content);
    lines.set(name, ownerLines(owners));
  }
  const sorted = [...lines].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const head = `# The hosts that have each document: inventory, families, hosts, mode, path.\n# Written by: ${update}\n`;
  return { documents, owners: `${head}${sorted.map(([name, text]) => `\n${name}\n${text}`).join('')}` };
}

/** A line for the hosts of one inventory that have a document at one path, with the families on which they have it. */
function ownerLines(owners: readonly OwnedDocument[]): string {
  const perFamily = [
    ...grouped(owners, (each) => [each.inventory, each.family, each.path, each.mode].join(' ')),
  ];
  const rows = perFamily.map(([, same]) => ({ ...same[0]!, hosts: same.map(({ host }) => host).join(',') }));
  return [...grouped(rows, ({ inventory, hosts, mode, path }) => [inventory, hosts, mode, path].join(' '))]
    .map(([, same]) => {
      const { inventory, hosts, mode, path } = same[0]!;
      return `  ${inventory} ${same.map(({ family }) => family).join(',')} ${hosts} ${mode} ${path}\n`;
    })
    .toSorted()
    .join('');
}

function grouped<Item>(items: readonly Item[], by: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return groups;
}

/** What test/golden holds. */
export async function readGolden(): Promise<Golden> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(goldenFile(name), 'utf8'));
  const owners = texts.get(list) ?? '';
  texts.delete(list);
  return { documents: texts, owners };
}

export async function writeGolden({ documents, owners }: Golden): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, content] of documents) await writeWhole(goldenFile(name), content);
  await writeWhole(goldenFile(list), owners);
}
