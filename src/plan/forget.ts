import pLimit from 'p-limit';
import type { Inventory } from '../model/cluster.ts';
import type { Manifest } from '../observe/manifest.ts';
import { candidatesOf, isCalled } from './candidates.ts';
import { judgeSeen, type Verdict } from './departed.ts';
import { untouched } from './untouched.ts';
import { placeFinder, presentIn, unreadHint, vipsOf } from './known.ts';
import { rosterDetails } from './next-manifest.ts';
import { noteText } from './notes.ts';
import { ownershipOf } from './ownership.ts';
import { type Blocked, type HostPlan, isReady, type Plan, planVersion, type Ready } from './plan.ts';
import { everything } from './policy.ts';
import { rostersOf, usualLogins } from './rosters.ts';
import { unusualNote } from './search.ts';
import { isReading, type Look, type Reading, see, type Seen, type Surroundings } from './see.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import { UnusableSelection } from './select.ts';
import { targetOf } from './target.ts';

export interface ForgetRequest {
  readonly inventory: Inventory;
  /** As the user wrote it. */
  readonly path: string;
  /** Names of hosts of the inventory, or of hosts that have left it. */
  readonly names: readonly string[];
  readonly parallelism: number;
}

/**
 * A plan by which an inventory gives hosts up: their manifests say so, and nothing else changes there. The manifests still
 * say what was there before lvsform, for the inventory that takes the host next. Throws UnusableSelection.
 */
export async function forgetPlan(request: ForgetRequest, surroundings: Surroundings): Promise<Plan> {
  const { inventory, path, names } = request;
  const seen = await seeNamed(request, surroundings);
  const now = surroundings.clock.now().toISOString();
  const hosts = seen.map((each): HostPlan => {
    const { name: host, ssh, hinted: departed = false } = each.target;
    const clusters = isReading(each) ? (each.observation.manifest?.clusters ?? []) : [];
    const state = isReading(each) ? orBlocked(() => given(each, inventory, now)) : each.failure;
    const role = { sends: false, preferred: false, directs: false, served: false };
    return { host, ssh, clusters, ...role, departed, state };
  });
  return {
    version: planVersion,
    id: `${now.replace(/\D/g, '').slice(0, 14)}-${surroundings.clock.random().slice(0, 8)}`,
    createdAt: now,
    inventory: path,
    name: inventory.name,
    limit: names,
    exclude: [],
    destroy: false,
    secrets: [],
    dangers: [],
    hosts,
    transactions: hosts
      .filter((host) => isReady(host) && host.state.roster.length > 0)
      .map(({ host }) => ({ id: host, host, stages: [], after: [] })),
  };
}

/** Reads the named hosts; all hosts of the inventory if one is named that has left, since their rosters know where it is. */
async function seeNamed(request: ForgetRequest, surroundings: Surroundings): Promise<Seen[]> {
  const { inventory, names, parallelism } = request;
  const limit = pLimit(parallelism);
  const look: Look = { wantedFor: () => [], isOurs: () => false, vips: vipsOf(inventory), keep: true };
  const inside = new Set(inventory.hosts.map(({ name }) => name));
  const outside = names.filter((name) => !inside.has(name));
  const asked = inventory.hosts.filter(
    ({ name, managed }) => managed && (outside.length > 0 || names.includes(name)),
  );
  const unmanaged = names.find((name) => inside.has(name) && !asked.some((host) => host.name === name));
  if (unmanaged !== undefined)
    throw new UnusableSelection(`${unmanaged} is not managed: lvsform has set up nothing there`);
  surroundings.emit({ type: 'observing', hosts: asked.length });
  const seen = await Promise.all(asked.map((host) => limit(() => see(targetOf(host), look, surroundings))));
  const readings = seen.filter(isReading);
  const present = presentIn(inventory, readings, surroundings);
  const rosters = rostersOf(inventory, [], readings);
  const isUsual = usualLogins(inventory, rosters);
  const candidates = candidatesOf(rosters, present, placeFinder(present, surroundings));
  const left = outside.map((name) => {
    const found = candidates.find((each) => isCalled(each, name));
    if (found !== undefined && !found.trusted && !isUsual(found.entry))
      throw new UnusableSelection(noteText(unusualNote(found)));
    if (found !== undefined) return found;
    const unread = seen.filter((each) => !isReading(each)).map(({ target }) => target.name);
    const [hint] = unreadHint(unread);
    throw new UnusableSelection(
      `${name} is not in the inventory, and no host that was read knows ${name}`,
      hint === undefined ? {} : { hint },
    );
  });
  const seenLeft = await Promise.all(
    left.map((candidate) =>
      limit(async () => {
        const each = await see(candidate.target, look, surroundings);
        if (isReading(each)) refuseMadeUp(judgeSeen(candidate, each.met, each.observation.manifest, present));
        return each;
      }),
    ),
  );
  return [...seen.filter(({ target }) => names.includes(target.name)), ...seenLeft];
}

/** A host that is ours only by another host's word cannot be given up. */
function refuseMadeUp(verdict: Verdict): void {
  if (verdict.is === 'kept') throw new UnusableSelection(noteText(verdict.note));
}

function orBlocked(make: () => Ready | Blocked): Ready | Blocked {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnusableAnswer) return { is: 'blocked', reasons: [error.message] };
    throw error;
  }
}

/** Only the owner can give a host up. */
function given(
  { target: { name }, observation, frame }: Reading,
  inventory: Inventory,
  now: string,
): Ready | Blocked {
  const { manifest } = observation;
  const owned = ownershipOf(manifest, { inventory, host: name, takeOver: [] });
  if (manifest === undefined) return { is: 'blocked', reasons: ['lvsform has set up nothing there'] };
  if (owned.is === 'foreign') {
    return {
      is: 'blocked',
      reasons: [`it belongs to the inventory ${owned.owner}, and only that one can give it up`],
    };
  }
  const ready = untouched(observation, frame, everything, []);
  if (manifest.owner?.released !== undefined) {
    return { ...ready, notes: [`it was given up already, at ${manifest.owner.released}`] };
  }
  const since = manifest.owner?.since ?? now;
  const released: Manifest = { ...manifest, owner: { inventory: inventory.name, since, released: now } };
  return { ...ready, manifest: released, roster: rosterDetails(manifest, released) };
}
