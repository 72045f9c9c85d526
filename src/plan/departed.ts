import { isProvenSame, sameMachine } from '../model/machine.ts';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { Candidate, Present } from './candidates.ts';
import { isOneMachine, type Met } from './identity.ts';
import { ownershipOf } from './ownership.ts';
import type { HostPlan, Ready } from './plan.ts';

/** What a look at a candidate came to. Notes are for the host of the inventory that they name. */
export type Verdict =
  /** It belongs to this inventory and has left: it is cleaned up. */
  | { readonly is: 'leaver' }
  /** It may have left, and could not be looked at. */
  | { readonly is: 'out of reach' }
  /** Only some hosts are meant (--limit), or too many others are silent, so it stays in the rosters that name it. */
  | { readonly is: 'not looked at'; readonly note?: string; readonly at?: string }
  /** It is not touched, and stays in the rosters that name it. */
  | { readonly is: 'kept'; readonly note: string; readonly at: string }
  /** There is nothing to clean up. */
  | { readonly is: 'done'; readonly note?: string; readonly at?: string };

/**
 * Judges a candidate that did not answer: a host of the inventory may be that machine, at another place or by another
 * name, if its host key proves it and no two rosters differ.
 */
export function judgeSilent(
  { entry, label, machines }: Candidate,
  failure: Exclude<HostPlan['state'], Ready>,
  { met, inventory }: Present,
): Verdict {
  const { host, ssh } = entry;
  if (failure.is !== 'unreachable' || failure.why !== 'unreachable') return { is: 'out of reach' };
  const [machine, ...others] = machines;
  const same =
    machine === undefined || others.length > 0
      ? undefined
      : met.find((each) => isProvenSame(machine, each.machine));
  if (same !== undefined) return { is: 'done', at: same.name, note: moved(entry, same.name) };
  if (!inventory.hosts.some(({ name }) => name === host)) return { is: 'out of reach' };
  return {
    is: 'kept',
    at: host,
    note: `another machine was ${host} before, at ${ssh.host}; it does not answer, so it is not cleaned up (--forget ${label} where it is gone for good)`,
  };
}

/** Judges a candidate by what it says of itself. */
export function judgeSeen(
  { entry, from, label }: Candidate,
  seen: Met,
  manifest: Manifest | undefined,
  present: Present,
): Verdict {
  const twin = present.met.find((each) => isOneMachine(each, seen));
  if (twin !== undefined) return { is: 'done', at: twin.name, note: moved(entry, twin.name) };
  if (manifest === undefined) return { is: 'done' };
  const { inventory } = present;
  const bearer = addressBearer(seen, present);
  if (bearer !== undefined) {
    return {
      is: 'kept',
      at: from[0]!,
      note: `${entry.host} has the address ${bearer.address} of ${bearer.name}, so it is taken for ${bearer.name} and is not cleaned up; correct how ${bearer.name} is reached (ssh)`,
    };
  }
  const owned = ownershipOf(manifest, { inventory, host: entry.host, takeOver: [] });
  const at = from[0]!;
  const claimed = inventory.hosts.find(({ name }) => name === manifest.host);
  if (
    owned.is === 'ours' &&
    claimed !== undefined &&
    !present.met.some(({ name }) => name === claimed.name)
  ) {
    const note = `${label} calls itself ${claimed.name}, which is in the inventory and was not reached: it is not cleaned up`;
    return { is: 'kept', at, note };
  }
  if (owned.is === 'foreign') {
    return { is: 'done', at, note: `${entry.host} belongs to the inventory ${owned.owner} now` };
  }
  if (owned.is === 'ours' && owned.from?.how === 'released') {
    return { is: 'done', at, note: `${entry.host} was given up` };
  }
  if (acknowledges(manifest, present)) return { is: 'leaver' };
  return {
    is: 'kept',
    at,
    note: `${entry.host} (${entry.ssh.host}) is named by the roster of ${from.join(', ')}, and its own manifest names no host of this inventory: it is not touched`,
  };
}

/**
 * The host of the inventory whose own address a machine has: directors go on sending there, so it is not one that has
 * left, however that host is reached, or not reached, now.
 */
function addressBearer(
  { addresses }: Met,
  { inventory }: Present,
): { name: string; address: string } | undefined {
  for (const { name, address, address6 } of inventory.hosts) {
    const found = [address, address6].find((each) => each !== undefined && addresses.includes(each));
    if (found !== undefined) return { name, address: found };
  }
  return undefined;
}

/**
 * True where the departed host itself knows a host of the inventory, or one that has left it: one that another host made
 * up does not.
 */
function acknowledges({ roster }: Manifest, { inventory, met, left = [] }: Present): boolean {
  const reached = [...met, ...left.map((each) => each.met)];
  return roster.some(({ host, ssh, machine }) => {
    if (machine !== undefined && reached.some((each) => isProvenSame(each.machine, machine))) return true;
    if (machine === undefined && left.some((each) => each.entry.ssh.host === ssh.host)) return true;
    return inventory.hosts.some((each) => {
      const known = met.find(({ name }) => name === each.name);
      const other = machine && known && sameMachine(known.machine, machine) === false;
      return !other && (each.ssh.host === ssh.host || (machine === undefined && each.name === host));
    });
  });
}

function moved({ host, ssh }: RosterEntry, name: string): string {
  return host === name ? `${host} was at ${ssh.host} before` : `${host} is now called ${name}`;
}

/** What a verdict has to say. */
export function noteOf(verdict: Verdict): { at: string; note: string }[] {
  return 'note' in verdict && verdict.note !== undefined && verdict.at !== undefined
    ? [{ at: verdict.at, note: verdict.note }]
    : [];
}

/** Once the others are destroyed, no host knows of one that has left and could not be cleaned up. */
export function lastCall(plan: HostPlan): HostPlan {
  if (plan.state.is !== 'unreachable') return plan;
  const reason = `${plan.state.reason}; after this destroy no host knows that ${plan.host} was one of them`;
  return { ...plan, state: { ...plan.state, reason } };
}
