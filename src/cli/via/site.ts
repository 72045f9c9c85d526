import { applyPlan } from '../../apply/run.ts';
import type { Holder } from '../../apply/transaction.ts';
import type { Secrets } from '../../model/secret.ts';
import type { Emit, HostResult } from '../../plan/events.ts';
import { makePlan, type PlanRequest } from '../../plan/make.ts';
import type { Plan } from '../../plan/plan.ts';
import { inShard, type Shard } from '../../plan/shards.ts';
import type { Target } from '../../port.ts';
import type { SshHosts } from '../../ssh/hosts.ts';
import type { Finding } from '../../verify/finding.ts';
import type { VerifyRequest } from '../../verify/means.ts';
import { verify } from '../../verify/verify.ts';
import { systemClock } from '../hosts.ts';
import type { Loaded } from '../inventory.ts';

/** A request of which the inventory is not only known, but also where it was read from. */
export type OfLoaded<Request> = Omit<Request, 'inventory' | 'render'> & { readonly loaded: Loaded };

export interface VerifyLoaded extends OfLoaded<VerifyRequest> {
  /** The clusters of this shard alone. */
  readonly shard?: Shard;
}

export interface Applying {
  readonly emit: Emit;
  readonly stopped: () => boolean;
  readonly secrets: Secrets;
}

/** Where the work on hosts is done: in this process, or by lvsform at a gateway. */
export interface Site {
  /** As `requireKey` of the hosts. */
  readonly requireKey: (targets: readonly Target[]) => Promise<void>;
  readonly makePlan: (request: OfLoaded<PlanRequest>, emit: Emit) => Promise<Plan>;
  readonly applyPlan: (
    plan: Plan,
    holder: Holder,
    parallelism: number,
    how: Applying,
  ) => Promise<HostResult[]>;
  readonly verify: (
    request: VerifyLoaded,
    tell: (text: string) => void,
  ) => Promise<{ findings: Finding[]; unreachable: boolean }>;
  /** The user has stopped the run: `stopped` is true from now on. */
  readonly stop: () => void;
  readonly close: () => void;
}

/** The work is done here. */
export function here(hosts: SshHosts): Site {
  const clock = systemClock;
  return {
    requireKey: (targets) => hosts.requireKey(targets),
    makePlan: ({ loaded: { inventory, render }, ...request }, emit) =>
      makePlan({ ...request, inventory, render }, { hosts, clock, emit }),
    applyPlan: (plan, holder, parallelism, how) =>
      applyPlan(plan, holder, parallelism, { hosts, clock, ...how }),
    verify: ({ loaded: { inventory: all }, shard, ...request }, tell) => {
      const inventory = shard === undefined ? all : inShard(all, shard);
      return verify({ ...request, inventory }, { hosts, clock, tell });
    },
    stop: () => {},
    close: () => hosts.close(),
  };
}
