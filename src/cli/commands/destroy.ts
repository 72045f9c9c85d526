import type { Run } from '../command.ts';
import { applyNow } from '../applying.ts';
import { hostsFor } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { planNow } from '../planning.ts';
import { loadSecrets } from '../secrets.ts';

export const run: Run = async (args, io) => {
  const loaded = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, loaded.path);
  try {
    const plan = await planNow(loaded, args, io, hosts, { destroy: true, keep: true });
    const secrets = () => loadSecrets(plan.secrets, loaded.path);
    const question = '\nRemove all this? Type yes to continue: ';
    return await applyNow(plan, args, io, hosts, { ask: true, question, secrets });
  } finally {
    hosts.close();
  }
};
