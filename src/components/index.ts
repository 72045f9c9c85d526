import { componentOf } from '../engines/component.ts';
import { engines } from '../engines/index.ts';
import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { hasTokenAnywhere, joinedText, textOf } from '../model/secret.ts';
import { bitsOf } from '../net/address.ts';
import type { Render } from '../render/templates.ts';
import { idOf, type Resource } from '../resources/index.ts';
import { type Role, rolesOf } from '../model/roles.ts';
import type { Component } from './component.ts';
import { contentComponent } from './content.ts';
import { directorComponent } from './director.ts';
import { fencingComponent } from './fencing.ts';
import { hostsFileComponent } from './hosts-file.ts';
import { nodeKeysComponent } from './node-keys.ts';
import { packetFilterComponent } from './packet-filter.ts';
import { realServerComponent } from './real-server.ts';
import { syncComponent } from './sync.ts';
import { timeComponent } from './time.ts';

/** All components. A new one is its own module, its templates, and a line here; an engine is a folder of `engines/`. */
const components: readonly Component[] = [
  directorComponent,
  packetFilterComponent,
  syncComponent,
  nodeKeysComponent,
  fencingComponent,
  ...engines.map(componentOf),
  contentComponent,
  realServerComponent,
  hostsFileComponent,
  timeComponent,
];

/** A resource of one host that is wanted in two ways. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly id: string;
  readonly first: Resource;
  readonly second: Resource;

  constructor(id: string, first: Resource, second: Resource) {
    super(`${id} is wanted in two ways`);
    this.id = id;
    this.first = first;
    this.second = second;
  }
}

/**
 * Everything that a host of this family must have for its roles, or for some of them. Throws Conflict and TemplateError; an
 * inventory that `validate` accepts causes neither.
 */
export function resourcesOf(
  inventory: Inventory,
  host: Host,
  family: Family,
  render: Render,
  roles: readonly Role[] = rolesOf(inventory, host),
): Resource[] {
  const site = { inventory, host, family, roles, render };
  const { address, prefix, address6, prefix6, interface: device } = host;
  const own = (of: string, bits: number | undefined): Resource => ({
    kind: 'address',
    address: of,
    prefix: bits ?? bitsOf(of),
    interface: device,
    want: 'expected',
  });
  const second = address6 === undefined ? [] : [own(address6, prefix6)];
  return joined([own(address, prefix), ...second, ...components.flatMap((component) => component(site))]);
}

/** One resource for each id: blocks in one file are joined, and of equal resources one is kept. */
function joined(resources: readonly Resource[]): Resource[] {
  const result = new Map<string, Resource>();
  for (const each of resources) {
    const resource = documented(each);
    const id = idOf(resource);
    const present = result.get(id);
    if (present?.kind === 'block' && resource.kind === 'block') {
      result.set(id, { ...present, content: joinedText(present.content, resource.content) });
    } else if (present !== undefined && JSON.stringify(present) !== JSON.stringify(resource)) {
      throw new Conflict(id, present, resource);
    } else result.set(id, resource);
  }
  return [...result.values()];
}

/** Only a document may contain the place of a secret: elsewhere the value would never be filled in. */
function documented(resource: Resource): Resource {
  const made =
    resource.kind === 'block' && typeof resource.content === 'string'
      ? { ...resource, content: textOf(resource.content) }
      : resource;
  if (hasTokenAnywhere(made)) throw new TypeError(`${idOf(made)} has a secret outside of a document`);
  return made;
}
