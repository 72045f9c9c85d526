import { makePlan } from '../plan/make.ts';
import { secretNeeds } from '../model/secret-needs.ts';
import type { Surroundings } from '../plan/see.ts';
import type { Plan } from '../plan/plan.ts';
import { everything, type Policy } from '../plan/policy.ts';
import { selectForPlan } from '../plan/select.ts';
import { targetOf } from '../plan/target.ts';
import { exitStatusOf, outcomeOf } from '../report/exit-statuses.ts';
import { UserError } from '../user-error.ts';
import type { Event } from '../plan/events.ts';
import type { Verb } from '../resources/kind.ts';
import type { SshHosts } from '../ssh/hosts.ts';
import { systemClock } from './hosts.ts';
import type { Loaded } from './inventory.ts';
import type { Io } from './io.ts';
import type { Args } from './options.ts';
import { loadSecrets } from './secrets.ts';

/** Reads the hosts and makes a plan, with a line of progress. */
export async function planNow(
  { inventory, path, render }: Loaded,
  args: Args,
  io: Io,
  hosts: SshHosts,
  options: { readonly destroy: boolean; readonly keep: boolean },
): Promise<Plan> {
  let seen = 0;
  let all = 0;
  const emit = (event: Event): void => {
    if (event.type === 'observing') all += event.hosts;
    if (event.type === 'observed') io.progress(`reading hosts: ${(seen += 1)} of ${all}`);
  };
  try {
    const selection = { limit: args.list('limit'), exclude: args.list('exclude') };
    const takeOver = args.list('take-over');
    if (inventory.name !== undefined && takeOver.includes(inventory.name)) {
      throw new UserError(
        `--take-over ${inventory.name} names this inventory: give the name of the inventory that owns the hosts now`,
      );
    }
    const { names: chosen } = selectForPlan(inventory, selection);
    await hosts.requireKey(inventory.hosts.filter(({ name }) => chosen.has(name)).map(targetOf));
    return await makePlan(
      {
        inventory,
        path,
        render,
        selection,
        ...options,
        forget: args.list('forget'),
        takeOver,
        parallelism: args.number('parallelism', 50),
        ...(options.destroy ? {} : { secrets: await loadSecrets(secretNeeds(inventory, chosen), path) }),
        ...caution(args),
      },
      { hosts, clock: systemClock, emit } satisfies Surroundings,
    );
  } finally {
    io.progress('');
  }
}

/** The exit status for the hosts that could not be planned; 0 if all were. */
export function planStatus(plan: Plan): number {
  return exitStatusOf(plan.hosts.map(({ state }) => outcomeOf(state)));
}

/** Which actions the user allows, and how carefully they are rolled out. */
function caution(args: Args): { policy: Policy; batches: readonly string[]; maxFailures?: string } {
  const allow = args.list('allow').map((word) => verbs[word]!);
  const batches = args.list('batch');
  // With batches the first failure stops the run.
  const maxFailures = args.text('max-failures') ?? (batches.length > 0 ? '0' : undefined);
  return {
    policy: {
      keepWeights: args.flag('keep-weights'),
      switchOver: args.flag('switch-over'),
      allow: allow.length > 0 ? allow : everything.allow,
    },
    batches,
    ...(maxFailures === undefined ? {} : { maxFailures }),
  };
}

const verbs: Readonly<Record<string, Verb>> = { add: 'add', edit: 'change', remove: 'remove' };
