import { plannedTarget } from '../../plan/target.ts';
import type { Run } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { applyNow } from '../applying.ts';
import { inventoryInstead } from '../inventory-word.ts';
import { loadInventory } from '../inventory.ts';
import { loadPlan, secretsOfSaved } from '../plan-file.ts';
import { planNow } from '../planning.ts';
import { secretSource } from '../secrets.ts';
import { siteFor } from '../via/site-for.ts';

export const run: Run<typeof hostForms.apply> = async ({ words, options }, io) => {
  const [file] = words;
  if (file !== undefined) {
    const plan = await loadPlan(file, inventoryHint(file));
    const secrets = await secretsOfSaved(plan, options, io);
    const site = await siteFor(options, io, options.inventory ?? plan.inventory);
    try {
      await site.requireKey(plan.hosts.map(plannedTarget));
      return await applyNow(plan, options, io, site, { ask: false, question, secrets });
    } finally {
      site.close();
    }
  }
  const loaded = await loadInventory(options, io);
  const site = await siteFor(options, io, loaded.path);
  try {
    const source = secretSource(loaded.path);
    const plan = await planNow(loaded, options, io, site, { destroy: false, keep: true }, source);
    const secrets = () => source(plan.secrets);
    return await applyNow(plan, options, io, site, { ask: true, question, secrets });
  } finally {
    site.close();
  }
};

/** A hint for an inventory in the place of a plan: another form of the command applies it. */
function inventoryHint(file: string): string | undefined {
  const instead = inventoryInstead(file);
  return instead === undefined ? undefined : `to apply an inventory: lvsform apply ${instead}`;
}

const question = '\nApply these changes? Type yes to continue: ';
