import { plannedTarget } from '../../plan/target.ts';
import type { Run } from '../command.ts';
import { applyNow } from '../applying.ts';
import { hostsFor } from '../hosts.ts';
import { inventoryInstead } from '../inventory-word.ts';
import { loadInventory } from '../inventory.ts';
import { loadPlan, secretsOfSaved } from '../plan-file.ts';
import { planNow } from '../planning.ts';
import { loadSecrets } from '../secrets.ts';

export const run: Run = async (args, io) => {
  const [file] = args.words;
  if (file !== undefined) {
    const plan = await loadPlan(file, inventoryHint(file));
    const secrets = await secretsOfSaved(plan, args, io);
    const hosts = await hostsFor(args, io, args.text('inventory') ?? plan.inventory);
    try {
      await hosts.requireKey(plan.hosts.map(plannedTarget));
      return await applyNow(plan, args, io, hosts, { ask: false, question, secrets });
    } finally {
      hosts.close();
    }
  }
  const loaded = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, loaded.path);
  try {
    const plan = await planNow(loaded, args, io, hosts, { destroy: false, keep: true });
    const secrets = () => loadSecrets(plan.secrets, loaded.path);
    return await applyNow(plan, args, io, hosts, { ask: true, question, secrets });
  } finally {
    hosts.close();
  }
};

/** A hint for an inventory in the place of a plan: another form of the command applies it. */
function inventoryHint(file: string): string | undefined {
  const instead = inventoryInstead(file);
  return instead === undefined ? undefined : `to apply an inventory: lvsform apply ${instead}`;
}

const question = '\nApply these changes? Type yes to continue: ';
