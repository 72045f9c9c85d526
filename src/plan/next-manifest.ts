import type { ManagedResource, Manifest } from '../observe/manifest.ts';
import { idOf } from '../resources/index.ts';
import type { Detail } from '../resources/kind.ts';
import type { HostIntent } from './host.ts';

/** The manifest once all that is wanted is there; undefined where nothing is ours. */
export function nextManifest(
  { wanted, clusters, roster }: HostIntent,
  observed: ReadonlyMap<string, unknown>,
  manifest: Manifest | undefined,
  planId: string,
): Manifest | undefined {
  const ours = wanted.filter((resource) => !(resource.kind === 'address' && resource.want === 'expected'));
  if (ours.length === 0) return undefined;
  const resources = ours.map((resource): readonly [string, ManagedResource] => {
    const id = idOf(resource);
    return [id, { resource, before: manifest?.resources[id]?.before ?? observed.get(id) }];
  });
  return { version: 1, plan: planId, clusters, roster, resources: Object.fromEntries(resources) };
}

/** What the plan says of a manifest that changes: hosts, clusters, or what is managed. */
export function rosterDetails(before: Manifest | undefined, after: Manifest | undefined): Detail[] {
  if (before === undefined && after === undefined) return [];
  const names = (manifest: Manifest | undefined): Map<string, string> =>
    new Map((manifest?.roster ?? []).map((entry) => [entry.host, JSON.stringify(entry.ssh)]));
  const [old, now] = [names(before), names(after)];
  const details: Detail[] = [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => ({ verb: 'add' as const, text: name })),
    ...[...now.keys()]
      .filter((name) => old.has(name) && old.get(name) !== now.get(name))
      .map((name) => ({ verb: 'change' as const, text: name })),
    ...[...old.keys()]
      .filter((name) => !now.has(name))
      .map((name) => ({ verb: 'remove' as const, text: name })),
  ];
  const clusters = (manifest: Manifest | undefined): string =>
    [...(manifest?.clusters ?? [])].toSorted().join(', ');
  if (clusters(before) !== clusters(after)) {
    details.push({
      verb: 'change',
      text: `clusters: ${clusters(before) || 'none'} -> ${clusters(after) || 'none'}`,
    });
  }
  const managed = (manifest: Manifest | undefined): string =>
    Object.keys(manifest?.resources ?? {})
      .toSorted()
      .join('\n');
  if (details.length === 0 && managed(before) !== managed(after)) {
    details.push({ verb: 'change', text: 'what lvsform manages here' });
  }
  return details;
}
