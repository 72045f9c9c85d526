import { told } from '../engines/agreed.ts';
import type { Path, Sync, Timeouts } from '../model/cluster.ts';
import type { DirectorRole } from './component.ts';

/** Settings that a director has once, for any number of clusters, by their names in the inventory. */
interface Once {
  readonly timeouts: Timeouts;
  readonly sync: Omit<Sync, 'at'>;
}

const wishes: { readonly [S in keyof Once]: (role: DirectorRole) => Once[S] | undefined } = {
  timeouts: ({ cluster }) => cluster.timeouts,
  sync: ({ cluster: { sync } }) => {
    if (sync === undefined) return undefined;
    const { at: _, ...settings } = sync;
    return settings;
  },
};

/** The value that all clusters of a director want. Throws if two of them differ, which the rule LVS048 refuses before. */
export function once<S extends keyof Once>(setting: S, roles: readonly DirectorRole[]): Once[S] | undefined {
  return told(roles.map(wishes[setting]), setting);
}

/** The settings that one cluster wants, with the place of each in the inventory. */
export function wishesFor(role: DirectorRole): { setting: string; at: Path; value: unknown }[] {
  const { at, sync } = role.cluster;
  return (Object.keys(wishes) as (keyof Once)[]).flatMap((setting) => {
    const value = wishes[setting](role);
    return value === undefined
      ? []
      : [{ setting, at: setting === 'timeouts' ? [...at, setting] : sync!.at, value }];
  });
}
