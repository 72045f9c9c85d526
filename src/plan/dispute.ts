import type { Blocked, HostPlan, Ready, Transaction } from './plan.ts';
import { type Claim, mayChange, ownershipOf, waysOut } from './ownership.ts';
import type { Policy } from './policy.ts';
import type { Reading } from './see.ts';
import { untouched } from './untouched.ts';

/** What decides whether this inventory may change a host. */
export interface Dispute {
  readonly claim: Claim;
  /** Pairs of names that lead to one machine. */
  readonly twins: readonly (readonly [string, string])[];
  readonly destroy: boolean;
  readonly policy: Policy;
}

/** The state of a host that this inventory must not change, or whose owner is in dispute; undefined for a host of ours. */
export function disputed(
  { target: { name }, observation, frame }: Reading,
  { claim, twins, destroy, policy }: Dispute,
): Ready | Blocked | undefined {
  const twin = twins.find((pair) => pair.includes(name));
  if (twin !== undefined) {
    const reason = `${twin[0]} and ${twin[1]} are one machine: keep one entry for it in the inventory`;
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
          `Until then you can change the other hosts without it, unless one of them starts to send to it: --exclude ${name}`,
        ],
        disputed: true,
      };
}

/** While the owner of a host is in dispute, nothing is changed anywhere. */
export function unlessDisputed(
  transactions: readonly Transaction[],
  hosts: readonly HostPlan[],
): Transaction[] {
  const open = hosts.filter(({ state }) => state.is === 'blocked' && state.disputed === true);
  if (open.length === 0) return [...transactions];
  const blocked = `nothing is changed while the owner of ${open.map(({ host }) => host).join(', ')} is in dispute`;
  return transactions.map((each) => ({ ...each, blocked }));
}
