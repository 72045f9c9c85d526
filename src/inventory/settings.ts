import type { Path } from '../model/cluster.ts';
import { type ClusterShape, type InventoryShape, sharedSections, type SettingsShape } from './shape.ts';

type Member = SettingsShape & { readonly groups?: readonly string[] | undefined };

/** Settings from the lowest precedence to the highest. */
export interface Layers {
  readonly defaults: SettingsShape | undefined;
  readonly cluster: SettingsShape | undefined;
  readonly groups: Readonly<Record<string, SettingsShape>>;
}

/**
 * The settings of one host: the defaults, overridden by the cluster's defaults, then by its groups in the order of its list,
 * then by the host itself. `ssh` and `vars` are merged key by key, other settings are replaced.
 */
export function settle<M extends Member>(layers: Layers, member: M): M {
  const groups = (member.groups ?? []).map((name) => layers.groups[name]);
  const stack = [layers.defaults, layers.cluster, ...groups, member].filter((layer) => layer !== undefined);
  const settled = Object.assign({}, ...stack) as M;
  settled.ssh = Object.assign({}, ...stack.map((layer) => layer.ssh));
  settled.vars = Object.assign({}, ...stack.map((layer) => layer.vars));
  return settled;
}

type Section = (typeof sharedSections)[number];
type Sections = Partial<Record<Section, Readonly<Record<string, unknown>> | undefined>>;

/** A cluster with the sections of `defaults`, key by key; the cluster's own keys win. */
export function withDefaults({ defaults = {} }: InventoryShape, cluster: ClusterShape): ClusterShape {
  const sections = sharedSections.map((section) => {
    const given = givenBy(defaults, cluster, section);
    const own = cluster[section];
    return [section, given === undefined ? own : { ...given, ...own }] as const;
  });
  return { ...cluster, ...Object.fromEntries(sections) };
}

/** What `defaults` has for a section of a cluster: nothing for a cluster with another engine, whose settings mean something else. */
function givenBy(defaults: Sections, cluster: Sections, section: Section): Sections[Section] {
  const given = defaults[section];
  const engine = cluster[section]?.['engine'];
  return engine === undefined || engine === given?.['engine'] || section === 'time' ? given : undefined;
}

/** The place where a setting of a cluster is written: in the cluster, or in `defaults`. */
export function writtenAt(shape: InventoryShape, path: Path): Path {
  const [top, name, section, key] = path;
  const own: Sections | undefined = top === 'clusters' ? shape.clusters[String(name)] : undefined;
  const known = sharedSections.find((each) => each === section);
  if (own === undefined || known === undefined) return path;
  const given = givenBy(shape.defaults ?? {}, own, known);
  const isGiven =
    key === undefined
      ? own[known] === undefined && given !== undefined
      : own[known]?.[key] === undefined && given?.[key] !== undefined;
  return isGiven ? ['defaults', ...path.slice(2)] : path;
}

/** The keys of `defaults` that no cluster takes: each has its own, or another engine. */
export function unusedDefaults({ defaults = {}, clusters }: InventoryShape): Path[] {
  return sharedSections.flatMap((section) =>
    Object.keys(defaults[section] ?? {})
      .filter(
        (key) =>
          !Object.values(clusters).some((cluster: Sections) => {
            const isOwn = cluster[section]?.[key] !== undefined && key !== 'engine';
            return givenBy(defaults, cluster, section)?.[key] !== undefined && !isOwn;
          }),
      )
      .map((key) => ['defaults', section, key]),
  );
}
