import { forgetPlan } from '../../plan/forget.ts';
import type { Run } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { applyNow } from '../applying.ts';
import { exit } from '../../report/exit-statuses.ts';
import { hostsFor, sudoAsker, systemClock } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { here } from '../via/site.ts';

export const run: Run<typeof hostForms.forget> = async ({ words, options }, io) => {
  const { inventory, path } = await loadInventory(options, io);
  const hosts = await hostsFor(options, io, path, sudoAsker(io));
  try {
    const { parallelism } = options;
    const names = [...new Set(words)];
    const surroundings = { hosts, clock: systemClock, emit: () => {} };
    const plan = await forgetPlan({ inventory, path, names, parallelism }, surroundings);
    const question =
      '\nGive these hosts up? What runs there keeps running, and no inventory manages it. Type yes to continue: ';
    const secrets = () => Promise.resolve(new Map());
    const status = await applyNow(plan, options, io, here(hosts), { ask: true, question, secrets });
    const still = names.filter((name) => inventory.hosts.some((host) => host.name === name));
    if (status === exit.done && still.length > 0)
      io.tell(`Take ${still.join(', ')} out of the inventory now: the next apply would take it back.\n`);
    return status;
  } finally {
    hosts.close();
  }
};
