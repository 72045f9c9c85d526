import pLimit from 'p-limit';
import { resourcesOf } from '../components/index.ts';
import type { Secrets } from '../model/secret.ts';
import { opened } from '../resources/block.ts';
import { sealed } from '../resources/file.ts';
import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { Render } from '../render/templates.ts';
import type { Resource } from '../resources/index.ts';
import { assemble, type Judged } from './assemble.ts';
import type { Size } from './batches.ts';
import { isCalled } from './candidates.ts';
import { placeFinder, presentIn, unreadHint, vipsOf } from './known.ts';
import { renameNotes } from './names.ts';
import { mayChange, ownerName, ownershipOf } from './ownership.ts';
import { rostersOf, takenRosters } from './rosters.ts';
import { leftBehind, lookForDeparted } from './search.ts';
import { targetOf } from './target.ts';
import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import { Families, isReading, type Look, type Reading, see, type Surroundings } from './see.ts';
import { noHostFits, selectForPlan, type Selection, UnusableSelection } from './select.ts';

export interface PlanRequest {
  readonly inventory: Inventory;
  /** As the user wrote it. */
  readonly path: string;
  readonly render: Render;
  readonly selection: Selection;
  /** True to remove everything of ours. */
  readonly destroy: boolean;
  /** Hosts that have left the inventory and are gone for good. */
  readonly forget: readonly string[];
  /** Names of inventories whose hosts are taken over. */
  readonly takeOver?: readonly string[];
  /** True if an apply follows, over the same connections. */
  readonly keep: boolean;
  /** How many hosts are read or changed at once. */
  readonly parallelism: number;
  /** The values of the secrets that the inventory needs. */
  readonly secrets?: Secrets;
  readonly policy: Policy;
  /** Sizes of the batches of real servers; none for all at once. */
  readonly batches: readonly Size[];
  readonly maxFailures?: Size;
}

/** Reads each selected host once, and plans what changes and in which order. Throws UnusableSelection. */
export async function makePlan(request: PlanRequest, surroundings: Surroundings): Promise<Plan> {
  const { inventory, selection, parallelism, takeOver = [] } = request;
  const { names, left } = selectForPlan(inventory, selection);
  const chosen = inventory.hosts.filter(({ name, managed }) => managed && names.has(name));
  const limit = pLimit(parallelism);
  const families = new Families();
  surroundings.emit({ type: 'observing', hosts: chosen.length });
  const seen = await Promise.all(
    chosen.map((host) => limit(() => see(targetOf(host), lookAt(request, host, families), surroundings))),
  );
  const readings = seen.filter(isReading);
  const unread = seen.filter((each) => !isReading(each)).map(({ target }) => target.name);
  // Another shard may have the hosts of that owner.
  if (selection.shard === undefined) refuseUnknownOwners(takeOver, readings, unread);
  if (request.destroy) refuseForeign(request, readings);
  const present = presentIn(inventory, readings, surroundings, selection.shard);
  const rosters = rostersOf(inventory, takeOver, readings);
  const placeOf = placeFinder(present, surroundings);
  const ours = new Set(rosters.map(({ of }) => of));
  const known = {
    rosters,
    readings: readings.filter(({ target }) => ours.has(target.name)),
    present,
    placeOf,
  };
  const found = await lookForDeparted({ ...request, left }, known, surroundings, limit);
  refuseUnknown(left, found.judged, inventory, unread);
  const others = leftBehind(takenRosters(inventory, takeOver, readings), present, placeOf);
  const judged = remembered(request, [...found.judged, ...others], unread);
  const notes = [...renameNotes(readings, rosters, present, placeOf), ...found.notes];
  return assemble(request, { seen, judged, present, notes }, surroundings.clock);
}

/** How a host of the inventory is read. */
function lookAt(request: PlanRequest, host: Host, families: Families): Look {
  const { inventory, keep, destroy, takeOver = [] } = request;
  return {
    wantedFor: wantedBy(request, host),
    families,
    isOurs: (manifest) => mayChange(ownershipOf(manifest, { inventory, host: host.name, takeOver }), destroy),
    vips: vipsOf(inventory),
    keep,
  };
}

/** The resources of a host as a function of its family, which only the host itself knows. */
function wantedBy(
  { inventory, render, destroy, secrets = new Map() }: PlanRequest,
  host: Host,
): (family: Family) => Resource[] {
  const made = new Map<Family, Resource[]>();
  return (family) => {
    if (destroy) return [];
    const known =
      made.get(family) ??
      resourcesOf(inventory, host, family, render).map((each) =>
        each.kind === 'file' ? sealed(each, secrets) : each.kind === 'block' ? opened(each, secrets) : each,
      );
    made.set(family, known);
    return known;
  };
}

/** A destroy where every host belongs to others is a mistake: the inventory has another name now. */
function refuseForeign({ inventory, takeOver = [] }: PlanRequest, readings: readonly Reading[]): void {
  const owners = readings.map(({ target: { name: host }, observation: { manifest } }) => {
    const owned = ownershipOf(manifest, { inventory, host, takeOver });
    return owned.is === 'foreign' ? owned.owner : undefined;
  });
  if (owners.length === 0 || owners.includes(undefined)) return;
  const names = [...new Set(owners)].join(', ');
  throw new UnusableSelection(
    `destroy removes only what the inventory ${inventory.name} owns, but all hosts that were read belong to another: ${names}`,
    { hint: 'if this inventory has been renamed, destroy it under its former name' },
  );
}

/** A name to exclude that neither the inventory nor a roster has is a mistake. */
function refuseUnknown(
  left: readonly string[],
  judged: readonly Judged[],
  inventory: Inventory,
  unread: readonly string[],
): void {
  const unknown = left.find((name) => !judged.some(({ candidate }) => isCalled(candidate, name)));
  if (unknown === undefined) return;
  const [hint] = unreadHint(unread);
  const others = judged.map(({ candidate }) => candidate.label);
  throw new UnusableSelection(noHostFits(unknown, inventory, others), hint === undefined ? {} : { hint });
}

/** Leaves out the hosts that are gone for good, as the user says. Throws UnusableSelection if that is not true. */
function remembered(
  { inventory, forget, selection }: PlanRequest,
  judged: readonly Judged[],
  unread: readonly string[],
): Judged[] {
  if (forget.length > 0 && selection.limit.length > 0) {
    throw new UnusableSelection('--forget has no effect with --limit, which looks for no host that has left');
  }
  for (const name of forget) {
    const found = judged.filter(({ candidate }) => isCalled(candidate, name));
    if (inventory.hosts.some((host) => host.name === name) && found.length === 0) {
      throw new UnusableSelection(`--forget ${name}: the host is in the inventory`, {
        hint: 'take it out of the inventory first; --forget is for hosts that are gone for good',
      });
    }
    if (found.length === 0) {
      throw new UnusableSelection(`--forget ${name}: no host that was read knows of it`, {
        hint:
          unreadHint(unread)[0] ??
          'leave the option out: the host is forgotten already, or it has another name',
      });
    }
    if (found.some(({ verdict }) => verdict.is === 'leaver')) {
      throw new UnusableSelection(`--forget ${name}: the host answers, and it is still set up`, {
        hint: `plan without --forget to clean it up, or leave it as it is: lvsform forget ${name}`,
      });
    }
  }
  return judged.filter(({ candidate }) => !forget.some((name) => isCalled(candidate, name)));
}

/** A take-over from an inventory that owns none of the hosts is a mistake. */
function refuseUnknownOwners(
  takeOver: readonly string[],
  readings: readonly Reading[],
  unread: readonly string[],
): void {
  const owners = new Set(
    readings.flatMap(({ observation: { manifest } }) => (manifest ? [ownerName(manifest)] : [])),
  );
  const unknown = takeOver.find((name) => !owners.has(name));
  if (unknown === undefined) return;
  const known = owners.size === 0 ? 'they have no owner' : `their owners: ${[...owners].join(', ')}`;
  throw new UnusableSelection(
    `--take-over ${unknown}: no host that was read belongs to the inventory ${unknown}`,
    { hint: [...(readings.length > 0 ? [known] : []), ...unreadHint(unread)].join('; ') },
  );
}
