import type { Inventory } from '../model/cluster.ts';
import { didYouMean } from '../text/suggest.ts';
import { UserError } from '../user-error.ts';
import { hostsIn, inShard, type Shard } from './shards.ts';

/** Which hosts are meant; both lists have patterns of `matches`. */
export interface Selection {
  readonly limit: readonly string[];
  readonly exclude: readonly string[];
  /** Only the hosts of this shard; then `exclude` names hosts of the inventory, whichever shard has them. */
  readonly shard?: Shard;
}

/** A selection that selects nothing is a mistake of the user. */
export class UnusableSelection extends UserError {
  override readonly name = 'UnusableSelection';
}

/**
 * The names of the selected hosts. Throws UnusableSelection for a pattern that fits no host, and if no host is left. Only a
 * shard may be empty.
 */
export function selectHosts(inventory: Inventory, { limit, exclude, shard }: Selection): Set<string> {
  const names = new Set(inventory.hosts.map(({ name }) => name));
  const kinds = labels(inventory);
  const chosen = (pattern: string): string[] => {
    const found = [...names].filter((name) => matches(pattern, name, kinds.get(name) ?? []));
    if (found.length > 0) return found;
    throw new UnusableSelection(noHostFits(pattern, inventory));
  };
  const selected = limit.length === 0 ? names : new Set(limit.flatMap(chosen));
  const left = new Set(exclude.flatMap(chosen));
  const result = new Set([...selected].filter((name) => !left.has(name)));
  const managed = inventory.hosts.filter((host) => host.managed && result.has(host.name));
  if (shard !== undefined) {
    const own = hostsIn(inShard(inventory, shard));
    return new Set([...result].filter((name) => own.has(name)));
  }
  if (managed.length > 0) return result;
  throw new UnusableSelection(
    result.size > 0
      ? `no host is selected: not managed: ${[...result].join(', ')}`
      : `--exclude takes out every host${limit.length > 0 ? ' that --limit selects' : ''}`,
  );
}

/** The message for a word that selects nothing; `left` are hosts that have left and could be meant. */
export function noHostFits(pattern: string, inventory: Inventory, left: readonly string[] = []): string {
  const names = [...inventory.hosts.map(({ name }) => name), ...left];
  const known = [...names, ...new Set([...labels(inventory).values()].flat())];
  return `no host fits ${pattern}: ${didYouMean(pattern, known)}`;
}

/**
 * The selected hosts of the inventory, and the names to exclude that no host of it has: a host that has left may have such a
 * name. With --limit lvsform looks for no such host, and with --shard another shard may know it. Throws UnusableSelection.
 */
export function selectForPlan(
  inventory: Inventory,
  { limit, exclude, ...more }: Selection,
): { readonly names: Set<string>; readonly left: readonly string[] } {
  const kinds = labels(inventory);
  const fits = (word: string): boolean =>
    inventory.hosts.some(({ name }) => matches(word, name, kinds.get(name) ?? []));
  const left =
    limit.length > 0 || more.shard !== undefined
      ? []
      : exclude.filter((word) => word !== '' && !word.includes('*') && !fits(word));
  return {
    names: selectHosts(inventory, {
      limit,
      exclude: exclude.filter((word) => !left.includes(word)),
      ...more,
    }),
    left,
  };
}

/** Words that select a host beside its name: its roles, clusters and groups. */
function labels(inventory: Inventory): Map<string, string[]> {
  const result = new Map<string, string[]>();
  const add = (name: string, ...words: string[]): void =>
    void result.set(name, [...(result.get(name) ?? []), ...words]);
  for (const cluster of inventory.clusters) {
    for (const { name, groups } of cluster.directors) add(name, 'directors', cluster.name, ...groups);
    for (const { name, groups } of cluster.realServers) add(name, 'real-servers', cluster.name, ...groups);
  }
  return result;
}

/** A pattern is a host's name, with `*` for any letters, or a label. */
function matches(pattern: string, name: string, words: readonly string[]): boolean {
  const expression = new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`);
  return expression.test(name) || words.includes(pattern);
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
