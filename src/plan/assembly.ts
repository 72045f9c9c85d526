import type { RosterEntry } from '../observe/manifest.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import { lastCall, notesOf } from './departed.ts';
import { type Dispute, disputed } from './dispute.ts';
import { type Entrusted, entrusting } from './entrusted.ts';
import { transitionsOf } from './guard.ts';
import { planHost } from './host.ts';
import { doubter } from './doubt.ts';
import { cloneNotes, type Met, twinsOf } from './identity.ts';
import { servicesOf, type Transition } from './intent.ts';
import type { PlanRequest } from './make.ts';
import { formerMember, type Membership, membershipOf } from './membership.ts';
import { gathered, type Note } from './notes.ts';
import { type Claim, nextOwner } from './ownership.ts';
import type { Blocked, HostPlan, Parting, Ready, Transaction } from './plan.ts';
import { asKnown, rosterOfLeft } from './roster-of-left.ts';
import { isReading, orUnusable, type Reading, type Seen } from './see.ts';
import type { Collected } from './assemble.ts';

/** Makes the plans of single hosts from what was read from all of them. */
export class Assembly {
  readonly #request: PlanRequest;
  readonly #collected: Collected;
  readonly #planId: string;
  readonly #now: string;
  readonly #twins: readonly (readonly [string, string])[];
  readonly #notes: ReadonlyMap<string, readonly string[]>;
  readonly #readings: readonly Reading[];
  readonly #isDoubted: (reading: Reading) => boolean;
  readonly #met: ReadonlyMap<string, Met>;
  readonly #entrusted: (reading: Reading, wanted: readonly RosterEntry[]) => Entrusted;

  constructor(request: PlanRequest, collected: Collected, planId: string, now: string) {
    this.#request = request;
    this.#collected = collected;
    this.#planId = planId;
    this.#now = now;
    const { met } = collected.present;
    this.#readings = [...collected.seen, ...collected.judged.map(({ seen }) => seen)].filter(isReading);
    this.#isDoubted = doubter(request.inventory, this.#readings);
    this.#entrusted = entrusting(request.inventory, this.#readings);
    this.#twins = twinsOf(met);
    this.#met = new Map(met.map((each) => [each.name, each] as const));
    this.#notes = gathered([
      ...collected.notes,
      ...collected.judged.flatMap(({ verdict }) => notesOf(verdict)),
      ...[...cloneNotes(met)].map(([at, note]) => ({ at, note })),
      ...this.#heldLeavers(),
    ]);
  }

  /** If removals are not allowed, hosts that have left are not cleaned up: a note on the first host of the plan says so. */
  #heldLeavers(): Note[] {
    const { seen, judged } = this.#collected;
    const [first] = seen;
    if (first === undefined || this.#request.policy.allow.includes('remove')) return [];
    return judged
      .filter(({ verdict }) => verdict.is === 'leaver')
      .map(({ seen: { target } }) => ({
        at: first.target.name,
        note: `${target.name} is no longer in the inventory; it is not cleaned up, since removals are not allowed`,
      }));
  }

  /** The plans of the hosts that have left; none if removals are not allowed. */
  departed(): HostPlan[] {
    if (!this.#request.policy.allow.includes('remove')) return [];
    return this.#collected.judged
      .filter(({ verdict }) => verdict.is === 'leaver' || verdict.is === 'out of reach')
      .map(({ seen, verdict }) => {
        const reason = verdict.is === 'leaver' ? verdict.unless : undefined;
        const before = isReading(seen) ? (seen.observation.manifest?.clusters ?? []) : [];
        const membership = formerMember(before);
        const plan = this.#hostPlan(seen, membership, true, [], (reading) =>
          reason === undefined ? this.#plan(reading, membership, []) : { is: 'blocked', reasons: [reason] },
        );
        return this.#request.destroy ? lastCall(plan) : plan;
      });
  }

  /**
   * The plan of a host of the inventory; `gone` are those of the hosts that have left, `elsewhere` is why nothing changes
   * hands on it.
   */
  present(seen: Seen, gone: readonly HostPlan[], elsewhere?: string): HostPlan {
    const { inventory, destroy } = this.#request;
    const { name } = seen.target;
    const old = isReading(seen) ? (seen.observation.manifest?.roster ?? []) : [];
    const former = new Map(old.toReversed().map((each) => [placeKey(each), each.machine] as const));
    const membership = membershipOf(
      inventory,
      name,
      (entry) => this.#met.get(entry.host)?.machine ?? former.get(placeKey(entry)),
    );
    const { staying, parting } = rosterOfLeft(name, this.#collected.judged, gone, {
      inventory,
      isNew: !isReading(seen) || seen.observation.manifest?.owner?.inventory !== inventory.name,
      isDoubted: this.#isDoubted,
      met: this.#collected.present.met,
    });
    const roster = destroy ? [] : [...membership.roster, ...staying.map((entry) => asKnown(entry, old))];
    const before = isReading(seen) ? (seen.observation.manifest?.clusters ?? []) : [];
    return this.#hostPlan(
      seen,
      membership,
      false,
      before,
      (reading) =>
        disputed(reading, this.#dispute(name)) ??
        this.#keeping(
          reading,
          { ...membership, roster },
          parting.map(({ entry, host }) => ({ entry: asKnown(entry, old), host })),
          elsewhere,
        ),
    );
  }

  /** The plan of a host of the inventory. It keeps roster entries that no director has; other entries are no reason to change it. */
  #keeping(
    reading: Reading,
    membership: Membership,
    parting: readonly Parting[],
    elsewhere: string | undefined,
  ): Ready | Blocked {
    const { roster } = membership;
    const { needed, spare } = this.#request.destroy
      ? { needed: [], spare: [] }
      : this.#entrusted(reading, roster);
    const plan = (...more: readonly RosterEntry[]): Ready | Blocked =>
      this.#plan(reading, { ...membership, roster: [...roster, ...needed, ...more] }, parting, elsewhere);
    const as = plan(...spare);
    const isSame = as.is === 'ready' && as.changes.length === 0 && as.roster.length === 0;
    return isSame || spare.length === 0 ? as : plan();
  }

  /** What each host was to have and is to have, for the guard. A host that is not begun remains as it is. */
  transitions(hosts: readonly HostPlan[], transactions: readonly Transaction[]): Transition[] {
    const begun = new Set(
      transactions.filter(({ blocked }) => blocked === undefined).map(({ host }) => host),
    );
    const waiting = new Set(transactions.map(({ host }) => host).filter((host) => !begun.has(host)));
    const doubted = new Set(
      this.#readings.filter((each) => this.#isDoubted(each)).map(({ target }) => target.name),
    );
    return transitionsOf(hosts, this.#readings, { claimOf: (host) => this.#claim(host), waiting, doubted });
  }

  #hostPlan(
    seen: Seen,
    { clusters, sends: mayMend, preferred, directs }: Membership,
    departed: boolean,
    before: readonly string[],
    make: (reading: Reading) => Ready | Blocked,
  ): HostPlan {
    const { name: host, ssh } = seen.target;
    const known = { host, ssh, preferred, directs, departed };
    if (!isReading(seen)) return { ...known, clusters, sends: mayMend, served: false, state: seen.failure };
    const serves = [...seen.wanted, ...seen.leaving].some(({ kind }) => kind === 'virtual-service');
    const sends = serves && !this.#isDoubted(seen);
    const all = [...new Set([...clusters, ...before])];
    const served = servicesOf(seen.observation.manifest).length > 0;
    const state = this.#told(host, made(seen, make));
    return { ...known, clusters: all, sends, served, state };
  }

  #plan(
    { target: { name }, observation, wanted, leaving, frame, met }: Reading,
    { clusters, roster }: Membership,
    parting: readonly Parting[],
    elsewhere?: string,
  ): Ready | Blocked {
    const { inventory, policy } = this.#request;
    const owner = nextOwner(inventory.name, observation.manifest, this.#now);
    const known = { wanted, owner, host: name, machine: met.machine, clusters, roster };
    const intent = elsewhere === undefined ? known : { ...known, elsewhere };
    return planHost(intent, leaving, observation, frame, this.#planId, policy, parting);
  }

  #dispute(host: string): Dispute {
    const { destroy, policy } = this.#request;
    return { claim: this.#claim(host), twins: this.#twins, destroy, policy };
  }

  #claim(host: string): Claim {
    const { inventory, takeOver = [] } = this.#request;
    return { inventory, host, takeOver };
  }

  #told(host: string, state: Ready | Blocked): Ready | Blocked {
    const notes = this.#notes.get(host) ?? [];
    return state.is === 'ready' ? { ...state, notes: [...state.notes, ...notes] } : state;
  }
}

function placeKey({ host, ssh }: RosterEntry): string {
  return `${host} ${ssh.host}`;
}

/** A host's answer may make no sense: then that host cannot be changed, and the others can. */
function made(reading: Reading, make: (reading: Reading) => Ready | Blocked): Ready | Blocked {
  try {
    return orUnusable(() => make(reading));
  } catch (error) {
    if (error instanceof UnusableAnswer) return { is: 'blocked', reasons: [error.message] };
    throw error;
  }
}
