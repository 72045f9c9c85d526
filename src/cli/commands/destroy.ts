import type { Run } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { applyNow } from '../applying.ts';
import { loadInventory } from '../inventory.ts';
import { planNow } from '../planning.ts';
import { secretSource } from '../secrets.ts';
import { siteFor } from '../via/site-for.ts';

export const run: Run<typeof hostForms.destroy> = async ({ options }, io) => {
  const loaded = await loadInventory(options, io);
  const site = await siteFor(options, io, loaded.path);
  try {
    const source = secretSource(loaded.path);
    const plan = await planNow(loaded, options, io, site, { destroy: true, keep: true }, source);
    const secrets = () => source(plan.secrets);
    const question = '\nRemove all this? Type yes to continue: ';
    return await applyNow(plan, options, io, site, { ask: true, question, secrets });
  } finally {
    site.close();
  }
};
