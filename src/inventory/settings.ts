import type { SettingsShape } from './shape.ts';

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
