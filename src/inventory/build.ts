import { Conflict, resourcesOf } from '../components/index.ts';
import { type Role, rolesOf } from '../model/roles.ts';
import type { Host, Inventory, Path } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import { families, type Family } from '../model/family.ts';
import { type Render, TemplateError, type TemplatePlace } from '../render/templates.ts';
import { idOf, type Resource } from '../resources/index.ts';
import type { Mistake } from './problem.ts';

/** Why an inventory cannot be built: one thing is wanted in two ways, or a template of the user's own has a mistake. */
export type Obstacle =
  | ({ readonly rule: 'LVS006' } & Mistake)
  | {
      readonly rule: 'LVS007';
      readonly place: TemplatePlace;
      readonly message: string;
      readonly hint: string;
    };

/**
 * Builds what each managed host would have in each family, and returns each obstacle once. Of real servers that differ only
 * in name, address and weight, one is built: for a thousand of them that takes a second, not half a minute.
 */
export function obstacles(inventory: Inventory, render: Render): Obstacle[] {
  const managed = inventory.hosts.filter((host) => host.managed);
  const likes = new Map(managed.toReversed().map((host) => [likeness(host, rolesOf(inventory, host)), host]));
  const found = [...likes.values()]
    .toReversed()
    .flatMap((host) => families.flatMap((family) => obstacle(inventory, host, family, render) ?? []));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

/** A key that is equal for hosts that are built alike. A director is like no other host. */
function likeness(host: Host, roles: readonly Role[]): string {
  if (roles.some((role) => role.as === 'director')) return host.name;
  const { interface: device, address, address6, vars } = host;
  const serves = roles.map((role) => {
    if (role.as === 'director') return role.cluster.name;
    const { mode, tunnel, gateway } = role.server;
    return [role.cluster.name, mode, tunnel, gateway];
  });
  const addresses = [address, address6].map((each) => each && familyOf(each));
  return JSON.stringify([device, addresses, vars, serves]);
}

function obstacle(inventory: Inventory, host: Host, family: Family, render: Render): Obstacle | undefined {
  const build = (roles?: readonly Role[]): Resource[] => resourcesOf(inventory, host, family, render, roles);
  try {
    build();
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError)
      return { rule: 'LVS007', place: error.place, message: error.reason, hint: error.hint };
    if (!(error instanceof Conflict)) throw error;
    return conflictMistake(error, host, rolesOf(inventory, host), build);
  }
}

/** Names the two roles of the host that want one thing in two ways. To find them, each role is built alone. */
function conflictMistake(
  { id, first, second }: Conflict,
  host: Host,
  roles: readonly Role[],
  build: (roles: readonly Role[]) => Resource[],
): Obstacle {
  const wishes = roles.flatMap((role) => {
    const wish = alone(() => build([role])).find((each) => idOf(each) === id);
    return wish === undefined ? [] : [{ role, text: JSON.stringify(wish) }];
  });
  const [one] = wishes;
  const other = wishes.find(({ text }) => text !== one?.text) ?? one;
  const names = [...new Set([one, other].flatMap((each) => each?.role.cluster.name ?? []))];
  return {
    rule: 'LVS006',
    path: other === undefined ? host.at : placeOf(other.role),
    ...(one === undefined || one === other ? {} : { also: placeOf(one.role) }),
    message: `${host.name}: ${names.join(' and ')} have conflicting settings for ${id.replace(':', ' ')} (${differences(first, second)})`,
    hint: 'write the same in both clusters, or use different hosts',
  };
}

/** The resources of one role alone; if even those are in conflict, the resource in question. */
function alone(build: () => Resource[]): Resource[] {
  try {
    return build();
  } catch (error) {
    if (error instanceof Conflict) return [error.first];
    throw error;
  }
}

/** The place of a role in the inventory. */
function placeOf(role: Role): Path {
  return role.as === 'director' ? role.director.at : role.server.at;
}

/** `checksum: false, and true` */
function differences(first: Resource, second: Resource): string {
  const [a, b] = [first, second].map(
    (each) => new Map(Object.entries(each).map(([key, value]) => [key, JSON.stringify(value)])),
  );
  const keys = [...new Set([...a!.keys(), ...b!.keys()])].filter((key) => a!.get(key) !== b!.get(key));
  return keys.map((key) => `${key}: ${short(a!.get(key))}, and ${short(b!.get(key))}`).join('; ');
}

function short(text = 'none'): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
