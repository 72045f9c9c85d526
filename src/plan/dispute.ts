import type { Blocked, HostPlan, Ready, Transaction } from './plan.ts';
import { type Claim, mayChange, ownershipOf, waysOut } from './ownership.ts';
import type { Policy } from './policy.ts';
import type { Reading } from './see.ts';
import { untouched } from './untouched.ts';

/** What decides whether a host is ours to change. */
export interface Dispute {
  readonly claim: Claim;
  /** Pairs of names that lead to one machine. */
  readonly twins: readonly (readonly [string, string])[];
  readonly destroy: boolean;
  readonly policy: Policy;
}

/** What a plan says of a host that is not ours to change, or that is in dispute; undefined where it is ours. */
export function disputed(
  { target: { name }, observation, frame }: Reading,
  { claim, twins, destroy, policy }: Dispute,
): Ready | Blocked | undefined {
  const twin = twins.find((pair) => pair.includes(name));
  if (twin !== undefined) {
    const reason = `${twin[0]} and ${twin[1]} are one machine: an inventory has one entry for it`;
    return { is: 'blocked', reasons: [reason], disputed: true };
  }
  const owned = ownershipOf(observation.manifest, claim);
  if (owned.is === 'ours' && !mayChange(owned, destroy)) {
    const { released } = observation.manifest?.owner ?? {};
    const gave = `the inventory ${owned.from?.owner} gave it up at ${released}`;
    return untouched(observation, frame, policy, [`${gave}: nothing there is ours`]);
  }
  if (owned.is !== 'foreign') return undefined;
  const since = owned.since === undefined ? '' : ` since ${owned.since}`;
  const whose = `it belongs to the inventory ${owned.owner}${since}`;
  return destroy
    ? untouched(observation, frame, policy, [`${whose}: nothing there is ours`])
    : {
        is: 'blocked',
        reasons: [
          `${whose}.`,
          ...waysOut(observation.manifest?.host ?? name, owned.owner),
          `Until then the other hosts can be changed without it, as long as none of them is to send to it anew: --exclude ${name}`,
        ],
        disputed: true,
      };
}

/** Before it is settled whose a host is, nothing is changed anywhere. */
export function unlessDisputed(
  transactions: readonly Transaction[],
  hosts: readonly HostPlan[],
): Transaction[] {
  const open = hosts.filter(({ state }) => state.is === 'blocked' && state.disputed === true);
  if (open.length === 0) return [...transactions];
  const blocked = `nothing is changed before it is settled whose ${open.map(({ host }) => host).join(', ')} is`;
  return transactions.map((each) => ({ ...each, blocked }));
}
