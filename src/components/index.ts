import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { Render } from '../render/templates.ts';
import { idOf, type Resource } from '../resources/index.ts';
import { type Component, rolesOf } from './component.ts';
import { directorComponent } from './director.ts';
import { hostsFileComponent } from './hosts-file.ts';
import { realServerComponent } from './real-server.ts';
import { timeComponent } from './time.ts';

/** All components. A new one is its own module, its templates, and a line here. */
const components: readonly Component[] = [
  directorComponent,
  realServerComponent,
  hostsFileComponent,
  timeComponent,
];

/** Everything that a host of this family must have. */
export function resourcesOf(inventory: Inventory, host: Host, family: Family, render: Render): Resource[] {
  const site = { inventory, host, family, roles: rolesOf(inventory, host), render };
  const own: Resource = {
    kind: 'address',
    address: host.address,
    prefix: host.prefix ?? 32,
    interface: host.interface,
    want: 'expected',
  };
  return joined([own, ...components.flatMap((component) => component(site))]);
}

/** One resource for each id: blocks in one file join, what is wanted twice alike is wanted once. */
function joined(resources: readonly Resource[]): Resource[] {
  const result = new Map<string, Resource>();
  for (const resource of resources) {
    const id = idOf(resource);
    const present = result.get(id);
    if (present?.kind === 'block' && resource.kind === 'block') {
      result.set(id, { ...present, content: present.content + resource.content });
    } else if (present !== undefined && JSON.stringify(present) !== JSON.stringify(resource)) {
      throw new TypeError(`${id} is wanted in two ways`);
    } else result.set(id, resource);
  }
  return [...result.values()];
}
