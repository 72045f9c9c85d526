import { isProvenSame, type Machine, sameMachine } from '../model/machine.ts';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { FailureReason } from '../port.ts';
import type { Candidate, Present } from './candidates.ts';
import { isOneMachine, type Met } from './identity.ts';
import { few } from '../text/few.ts';
import type { Note } from './notes.ts';
import { ownershipOf } from './ownership.ts';
import type { HostPlan, Ready } from './plan.ts';

/** The verdict on a candidate. */
export type Verdict =
  /** It belongs to this inventory and has left it: it is cleaned up, unless there is a reason not to. */
  | { readonly is: 'leaver'; readonly unless?: string }
  /** A director knows it, it may have left, and it could not be read. */
  | { readonly is: 'out of reach' }
  /** This plan does not look at it, so the rosters that name it keep it. */
  | { readonly is: 'not looked at'; readonly note?: Note }
  /** It is not touched, and the rosters that name it keep it. */
  | { readonly is: 'kept'; readonly note: Note }
  /** There is nothing to clean up. */
  | { readonly is: 'done'; readonly note?: Note };

/**
 * Judges a candidate that did not answer. It may be a host of the inventory at another place or by another name, if the host
 * key proves that and no two directors' rosters differ; a candidate that only hearsay names may be a host that kept its
 * name. Otherwise it is no host of the plan: a note names it, and the rosters that name it keep it.
 */
export function judgeSilent(
  candidate: Candidate,
  failure: Exclude<HostPlan['state'], Ready>,
  { met, inventory }: Present,
): Verdict {
  const { entry, label, machines, trusted } = candidate;
  const { host, ssh, of } = entry;
  const silent = failure.is === 'unreachable' && failure.why === 'unreachable';
  const [machine, ...others] = machines;
  const same =
    !silent || machine === undefined || others.length > 0
      ? undefined
      : met.find((each) => isProvenSame(machine, each.machine));
  if (same !== undefined && (trusted || isBelieved(candidate, same)))
    return { is: 'done', note: moved(candidate, same.name) };
  if (of !== undefined) return { is: 'kept', note: leftBehindNote(candidate, of) };
  if (!trusted) {
    const why = failure.is === 'unreachable' ? silence[failure.why] : 'gave an answer that makes no sense';
    return { is: 'kept', note: noteOn(candidate, `${why}, so it is left alone`) };
  }
  if (!silent || !inventory.hosts.some(({ name }) => name === host)) return { is: 'out of reach' };
  const note = `another machine was ${host} before, at ${ssh.host}; it does not answer, so it is not cleaned up (if it is gone for good: --forget ${label})`;
  return { is: 'kept', note: { at: host, note } };
}

/** These words give no advice: a real server's roster is no reason to trust a host. */
const silence: Record<FailureReason, string> = {
  unreachable: 'is unreachable',
  refused: 'refuses our login',
  'host-key': 'shows a host key that is not the known one',
  sudo: 'refuses us sudo without a password',
  broken: 'gives an incomplete answer',
};

/** A real server may say where a director with the same name was before, and nothing about itself. */
function isBelieved({ entry, namedBy }: Candidate, { name }: Met): boolean {
  return entry.host === name && !namedBy.includes(name);
}

/** Judges a candidate by its own manifest. */
export function judgeSeen(
  candidate: Candidate,
  seen: Met,
  manifest: Manifest | undefined,
  present: Present,
): Verdict {
  const { entry, label } = candidate;
  const twin = present.met.find((each) => isOneMachine(each, seen));
  if (twin !== undefined) return { is: 'done', note: moved(candidate, twin.name) };
  if (manifest === undefined) return { is: 'done' };
  const { inventory } = present;
  const bearer = addressBearer(seen, present);
  if (bearer !== undefined) {
    const { name, address } = bearer;
    if (present.beyond?.hosts.has(name) === true) return { is: 'not looked at' };
    const note = `has the address ${address} of ${name}, so lvsform takes it for ${name} and does not clean it up; correct how ${name} is reached (ssh)`;
    return { is: 'kept', note: noteOn(candidate, note) };
  }
  const owned = ownershipOf(manifest, { inventory, host: entry.host, takeOver: [] });
  const claimed = inventory.hosts.find(({ name }) => name === manifest.host);
  if (
    owned.is === 'ours' &&
    claimed !== undefined &&
    !present.met.some(({ name }) => name === claimed.name)
  ) {
    if (present.beyond?.hosts.has(claimed.name) === true)
      return leftToAll(candidate, `calls itself ${claimed.name}`);
    const note = `calls itself ${claimed.name}, which is in the inventory and was not reached: it is not cleaned up`;
    return { is: 'kept', note: noteOn(candidate, note, label) };
  }
  const ours = acknowledges(manifest, present, entry.by) || isRemembered(candidate, seen);
  if (owned.is === 'foreign') {
    return owned.owner === entry.of && ours
      ? { is: 'kept', note: leftBehindNote(candidate, owned.owner) }
      : { is: 'done', note: noteOn(candidate, `belongs to the inventory ${owned.owner} now`) };
  }
  if (owned.is === 'ours' && owned.from?.how === 'released') {
    return { is: 'done', note: noteOn(candidate, 'was given up') };
  }
  const elsewhere = manifest.clusters.find((name) => present.beyond?.clusters.has(name));
  if (ours && elsewhere !== undefined) return leftToAll(candidate, `was in the cluster ${elsewhere}`);
  if (ours) return { is: 'leaver' };
  const name = `${placeName(entry)}, named by the roster of ${few(candidate.namedBy)},`;
  const note = 'is not touched: its own manifest names no host of this inventory';
  return { is: 'kept', note: noteOn(candidate, note, name) };
}

/** A place that concerns several shards: only a plan of all of them knows the order. */
function leftToAll(candidate: Candidate, why: string): Verdict {
  const note = `${why}, which is in another shard: to clean it up, plan without --shard`;
  return { is: 'not looked at', note: noteOn(candidate, note, candidate.label) };
}

/**
 * True if a director's roster has this very machine there, by the host key that SSH proves: all hosts in its own roster may
 * have left by now.
 */
function isRemembered({ trusted, machines }: Candidate, { machine }: Met): boolean {
  return trusted && machines.length > 0 && machines.every((each) => isProvenSame(each, machine));
}

/**
 * The host of the inventory whose own address a machine has. Directors still send to that address, so the machine has not
 * left, however that host is reached now, or not reached.
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
 * True if the departed host itself knows a host of the inventory, or one that has left it, now or before (`by`). A host that
 * another one made up does not.
 */
function acknowledges(
  { roster }: Manifest,
  { inventory, met, left = [] }: Present,
  by: Machine | undefined,
): boolean {
  const reached = [
    ...[...met, ...left.map((each) => each.met)].map((each) => each.machine),
    ...(by ? [by] : []),
  ];
  return roster.some(({ host, ssh, machine }) => {
    if (machine !== undefined && reached.some((each) => isProvenSame(each, machine))) return true;
    if (machine === undefined && left.some((each) => each.entry.ssh.host === ssh.host)) return true;
    return inventory.hosts.some((each) => {
      const known = met.find(({ name }) => name === each.name);
      const other = machine && known && sameMachine(known.machine, machine) === false;
      return !other && (each.ssh.host === ssh.host || (machine === undefined && each.name === host));
    });
  });
}

/** A note that says what a candidate is or does. If only hearsay names it, the note is on the host whose roster that is. */
export function noteOn(candidate: Candidate, note: string, name = candidate.entry.host): Note {
  const { entry, trusted, namedBy, from } = candidate;
  if (trusted) return { at: from[0]!, note: `${name} ${note}` };
  const intro = `only the roster of ${few(namedBy)} names`;
  return { at: namedBy[0]!, note, of: { intro, item: placeName(entry) } };
}

/** A note on a host of another inventory, known from a host that was taken over from it. */
export function leftBehindNote({ entry, trusted, namedBy, from }: Candidate, owner: string): Note {
  const note = `is not in this inventory, so it is left as it is (to clean it up, add it with --take-over ${owner}, apply, and take it out again)`;
  const intro = `${trusted ? '' : `by the roster of ${few(namedBy)}, `}the inventory ${owner} also had`;
  return { at: trusted ? from[0]! : namedBy[0]!, note, of: { intro, item: placeName(entry) } };
}

function placeName({ host, ssh }: RosterEntry): string {
  return `${host} (${ssh.host}${ssh.port === undefined ? '' : `:${ssh.port}`})`;
}

function moved(candidate: Candidate, name: string): Note {
  const { entry, trusted, namedBy } = candidate;
  const { host, ssh } = entry;
  if (!trusted) return noteOn(candidate, host === name ? 'was there before' : `is ${name}`);
  const note = host === name ? `${host} was at ${ssh.host} before` : `${host} is now called ${name}`;
  return { at: name, note, by: namedBy };
}

/** The notes of a verdict. */
export function notesOf(verdict: Verdict): Note[] {
  return 'note' in verdict && verdict.note !== undefined ? [verdict.note] : [];
}

/** After a destroy no host remembers one that has left and could not be cleaned up: its reason says so. */
export function lastCall(plan: HostPlan): HostPlan {
  if (plan.state.is !== 'unreachable') return plan;
  const reason = `${plan.state.reason}; after this destroy no host remembers ${plan.host}`;
  return { ...plan, state: { ...plan.state, reason } };
}
