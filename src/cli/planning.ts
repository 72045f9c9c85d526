import type { Size } from '../plan/batches.ts';
import { secretNeeds } from '../model/secret-needs.ts';
import type { Plan } from '../plan/plan.ts';
import { everything, type Policy } from '../plan/policy.ts';
import { selectForPlan } from '../plan/select.ts';
import { targetOf } from '../plan/target.ts';
import { exitStatusOf, outcomeOf } from '../report/exit-statuses.ts';
import { UserError } from '../user-error.ts';
import type { Event } from '../plan/events.ts';
import type { Verb } from '../resources/kind.ts';
import type { Loaded } from './inventory.ts';
import type { Io } from './io.ts';
import type { PlanningValues } from './options.ts';
import type { SecretSource } from './secrets.ts';
import type { Site } from './via/site.ts';

/** Reads the hosts and makes a plan, with a line of progress. */
export async function planNow(
  loaded: Loaded,
  values: PlanningValues,
  io: Io,
  site: Site,
  options: { readonly destroy: boolean; readonly keep: boolean },
  secrets: SecretSource,
): Promise<Plan> {
  const { inventory, path } = loaded;
  let seen = 0;
  let all = 0;
  const emit = (event: Event): void => {
    if (event.type === 'observing') all += event.hosts;
    if (event.type === 'observed') io.progress(`reading hosts: ${(seen += 1)} of ${all}`);
  };
  try {
    const { limit, exclude, forget = [], 'take-over': takeOver = [], parallelism, shard } = values;
    const selection = { limit, exclude, ...(shard === undefined ? {} : { shard }) };
    if (inventory.name !== undefined && takeOver.includes(inventory.name)) {
      throw new UserError(
        `--take-over ${inventory.name} names this inventory: give the name of the inventory that owns the hosts now`,
      );
    }
    const { names: chosen } = selectForPlan(inventory, selection);
    await site.requireKey(inventory.hosts.filter(({ name }) => chosen.has(name)).map(targetOf));
    return await site.makePlan(
      {
        loaded,
        path,
        selection,
        ...options,
        forget,
        takeOver,
        parallelism,
        ...(options.destroy ? {} : { secrets: await secrets(secretNeeds(inventory, chosen)) }),
        ...caution(values),
      },
      emit,
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
function caution(values: PlanningValues): {
  policy: Policy;
  batches: readonly Size[];
  maxFailures?: Size;
} {
  const { allow = [], batch: batches = [] } = values;
  // With batches the first failure stops the run.
  const maxFailures = values['max-failures'] ?? (batches.length > 0 ? '0' : undefined);
  return {
    policy: {
      keepWeights: values['keep-weights'] ?? false,
      switchOver: values['switch-over'] ?? false,
      allow: allow.length > 0 ? allow.map((word) => verbs[word]) : everything.allow,
    },
    batches,
    ...(maxFailures === undefined ? {} : { maxFailures }),
  };
}

const verbs = { add: 'add', edit: 'change', remove: 'remove' } as const satisfies Record<string, Verb>;
