import type { Cluster, Host, Inventory } from '../model/cluster.ts';
import type { Role } from '../model/roles.ts';
import type { Family } from '../model/family.ts';
import type { Render } from '../render/templates.ts';
import type { Resource } from '../resources/index.ts';

export type DirectorRole = Extract<Role, { readonly as: 'director' }>;

/** A host of one family, with its roles. */
export interface Site {
  readonly inventory: Inventory;
  readonly host: Host;
  readonly family: Family;
  readonly roles: readonly Role[];
  readonly render: Render;
}

/** A part of a cluster: a pure function from a site to the resources that it must have. */
export type Component = (site: Site) => Resource[];

/** What every template may use: {{host.name}}, {{host.address}}, {{host.interface}}, {{vars.NAME}}. */
export function common({ host }: Site): { host: object; vars: object } {
  return {
    host: { name: host.name, address: host.address, interface: host.interface },
    vars: host.vars,
  };
}

/** The template for this family, if there is one; otherwise the one for all. */
export function variant(family: Family, template: string): string {
  return family === 'rhel6' ? `${template}.rhel6` : template;
}

/** The roles of a host as a director, in the clusters for which `meant` is true. */
export function directorRoles(
  { roles }: Site,
  meant: (cluster: Cluster) => boolean = () => true,
): DirectorRole[] {
  return roles.filter((role) => role.as === 'director').filter(({ cluster }) => meant(cluster));
}

/** True for a director that serves: the active one, or with failover each of them. */
export function serves({ cluster, director }: DirectorRole): boolean {
  return director.active || cluster.failover !== undefined;
}
