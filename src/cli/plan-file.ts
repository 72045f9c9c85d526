import { readText } from '../disk/text.ts';
import { secretNeeds } from '../model/secret-needs.ts';
import type { Secrets } from '../model/secret.ts';
import { readPlan, UnusablePlan } from '../plan/file.ts';
import type { Plan } from '../plan/plan.ts';
import { UserError } from '../user-error.ts';
import { loadInventory, type Loaded } from './inventory.ts';
import type { Io } from './io.ts';
import type { InventoryValues } from './options.ts';
import { secretSource } from './secrets.ts';

/** Reads the plan in a file. Throws UserError for one that cannot be used; `hint` says what else the user may mean. */
export async function loadPlan(path: string, hint?: string): Promise<Plan> {
  const text = await readText(path, 'the plan', hint);
  try {
    return readPlan(text);
  } catch (error) {
    if (!(error instanceof UnusablePlan)) throw error;
    throw new UserError(`${path}: ${error.message}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/**
 * The secrets of a saved plan. The plan only names them. The inventory of -i, otherwise the plan's own inventory, says where
 * they come from, possibly a command. Throws UserError for an inventory that is not the plan's.
 */
export async function secretsOfSaved(
  plan: Plan,
  values: InventoryValues,
  io: Io,
): Promise<() => Promise<Secrets>> {
  const given = values.inventory;
  if (given === undefined && plan.secrets.length === 0) return () => Promise.resolve(new Map());
  const loaded = await loadInventory(values, io, given ?? plan.inventory);
  refuseOther(plan, loaded);
  const known = new Map(secretNeeds(loaded.inventory).map((need) => [need.name, need] as const));
  const needs = plan.secrets.map(({ name }) => known.get(name) ?? unknownSecret(name, loaded.path));
  const secrets = secretSource(loaded.path);
  return () => secrets(needs);
}

/** Refuses an inventory with another name, and a plan with hosts that are neither in the inventory nor leaving it. */
function refuseOther({ hosts, name: of }: Plan, { inventory, path }: Loaded): void {
  if (of !== inventory.name) {
    throw new UserError(
      `the plan is for the inventory ${of}, and ${path} is the inventory ${inventory.name}`,
      {
        hint: 'name the inventory of the plan with -i, or plan again',
      },
    );
  }
  const strange = hosts.filter(
    ({ host, departed }) => !departed && !inventory.hosts.some(({ name }) => name === host),
  );
  if (strange.length === 0) return;
  throw new UserError(
    `the plan is for hosts that ${path} does not have: ${strange.map(({ host }) => host).join(', ')}`,
    {
      hint: 'name the inventory of the plan with -i, or plan again',
    },
  );
}

function unknownSecret(name: string, path: string): never {
  throw new UserError(`the plan needs the secret ${name}, and ${path} has none of that name`, {
    hint: 'name the inventory of the plan with -i, or plan again',
  });
}
