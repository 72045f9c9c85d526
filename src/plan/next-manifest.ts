import { type Answer, linesOf } from '../shell/answer.ts';
import { type Manifest, manifestVersion, type RosterEntry } from '../observe/manifest.ts';
import type { ManagedResource } from '../resources/managed.ts';
import { idOf } from '../resources/index.ts';
import type { Detail, Verb } from '../resources/kind.ts';
import type { HostIntent } from './host.ts';

/** The manifest once all that is wanted is there; undefined if nothing is ours. `staying`: what must not be removed. */
export function nextManifest(
  { wanted, ...known }: HostIntent,
  observed: ReadonlyMap<string, unknown>,
  manifest: Manifest | undefined,
  planId: string,
  staying: Manifest['resources'] = {},
): Manifest | undefined {
  const ours = wanted.filter((resource) => !(resource.kind === 'address' && resource.want === 'expected'));
  if (ours.length + Object.keys(staying).length === 0) return undefined;
  const resources = ours.map((resource): readonly [string, ManagedResource] => {
    const id = idOf(resource);
    return [id, { resource, before: manifest?.resources[id]?.before ?? observed.get(id) }];
  });
  const all = { ...Object.fromEntries(resources), ...staying };
  return { version: manifestVersion, ...known, plan: planId, resources: all };
}

/** The details of a manifest that changes: its owner, its name, hosts, clusters, or what is managed. */
export function rosterDetails(before: Manifest | undefined, after: Manifest | undefined): Detail[] {
  if (before === undefined && after === undefined) return [];
  const details: Detail[] = [
    ...rosterChanges(before?.roster ?? [], after?.roster ?? []),
    ...changeOf('inventory', ownerOf(before), ownerOf(after)),
    ...changeOf('name', before?.host, after?.host),
    ...changeOf('clusters', clustersOf(before), clustersOf(after)),
  ];
  const managed = (manifest: Manifest | undefined): string =>
    Object.keys(manifest?.resources ?? {})
      .toSorted()
      .join('\n');
  if (details.length === 0 && managed(before) !== managed(after)) {
    details.push({ verb: 'change', text: 'what lvsform manages here' });
  }
  return details;
}

function rosterChanges(before: readonly RosterEntry[], after: readonly RosterEntry[]): Detail[] {
  // A plan of one shard does not meet the hosts beside its clusters: to meet one is no reason to change a host.
  const unmet = new Set(
    [...before, ...after].flatMap(({ host, beside, machine }) =>
      beside !== undefined && machine === undefined ? [host] : [],
    ),
  );
  const [old, now] = [byName(before, unmet), byName(after, unmet)];
  const isOther = (name: string): boolean => old.has(name) && old.get(name) !== now.get(name);
  const added = [...now.keys()].filter((name) => !old.has(name));
  const changed = [...now.keys()].filter(isOther);
  const removed = [...old.keys()].filter((name) => !now.has(name));
  return [...firstOf('add', added), ...firstOf('change', changed), ...firstOf('remove', removed)];
}

/** How many hosts are named; a roster could have thousands. */
const mostNamed = 60;

function firstOf(verb: Verb, names: readonly string[]): Detail[] {
  const left = names.length - mostNamed;
  const shown = left > 1 ? [...names.slice(0, mostNamed), `${left} more`] : names;
  return shown.map((text) => ({ verb, text }));
}

/** All that a roster has under each name, as one text; `unmet` are hosts beside the clusters whose machine the other roster lacks. */
function byName(roster: readonly RosterEntry[], unmet: ReadonlySet<string>): Map<string, string> {
  const result = new Map<string, string>();
  for (const { host, ssh, machine, directs, beside } of roster) {
    const { host: at, user, port, identity, sudo } = ssh;
    const met = unmet.has(host) ? [] : [machine?.id, machine?.key];
    const known = JSON.stringify([at, user, port, identity, sudo, directs, beside, ...met]);
    result.set(host, `${result.get(host) ?? ''}${known}`);
  }
  return result;
}

function ownerOf(manifest: Manifest | undefined): string | undefined {
  const owner = manifest?.owner;
  return owner?.released === undefined ? owner?.inventory : `none, given up by ${owner.inventory}`;
}

function clustersOf(manifest: Manifest | undefined): string | undefined {
  return manifest?.clusters.toSorted().join(', ');
}

/** A new manifest, or one that is removed, shows in its roster and its resources. */
function changeOf(what: string, before: string | undefined, after: string | undefined): Detail[] {
  return before === after
    ? []
    : [{ verb: 'change', text: `${what}: ${before || 'none'} -> ${after || 'none'}` }];
}

/**
 * What the next transaction repairs in the state directory: it removes what a killed run has left on a host without a
 * manifest, and restores a deleted manifest from its copy.
 */
export function leftoverDetails(answer: Answer): Detail[] {
  const recovered = answer.section('recovered') !== undefined;
  return [
    ...(recovered ? [{ verb: 'add' as const, text: '/var/lib/lvsform/manifest.json, from its copy' }] : []),
    ...linesOf(answer.section('leftovers')).map((path) => ({
      verb: 'remove' as const,
      text: `/${path}, which an interrupted run left`,
    })),
  ];
}

/**
 * The reasons not to change a host whose manifest is missing: lvsform would take its own files for those that were there
 * before, and lose the kept ones.
 */
export function strandedState(answer: Answer): string[] {
  const [originals, backups] = ['stranded', 'backups'].map((name) => linesOf(answer.section(name))) as [
    string[],
    string[],
  ];
  if (originals.length + backups.length === 0) return [];
  const newest = backups.toSorted().at(-1);
  const named =
    originals.length > 5
      ? `${originals.slice(0, 5).join(', ')} and ${originals.length - 5} more`
      : originals.join(', ');
  return [
    'its manifest (/var/lib/lvsform/manifest.json) is missing, so lvsform does not know what it manages here',
    ...(originals.length === 0
      ? []
      : [
          `/var/lib/lvsform/original keeps files that were there before lvsform and differ from what is there now: ${named}`,
        ]),
    newest === undefined
      ? 'Put the manifest back; or start over: copy back the files that you want, and move /var/lib/lvsform away'
      : `Put the manifest back: the newest that is kept is ${newest}. Or start over: copy back the files that you want, and move /var/lib/lvsform away`,
  ];
}
