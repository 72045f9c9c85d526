import { everything } from '../plan/policy.ts';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { applyPlan } from '../apply/run.ts';
import { readTemplates } from '../disk/templates.ts';
import { readInventory } from '../inventory/read.ts';
import { makePlan } from '../plan/make.ts';
import type { Surroundings } from '../plan/see.ts';
import { hasChanges, type Plan } from '../plan/plan.ts';
import { renderer } from '../render/templates.ts';
import { eventLine, summaryText } from '../report/apply-text.ts';
import { planText } from '../report/plan-text.ts';
import { simulate, type SimulatedHosts } from '../sim/simulation.ts';
import { SshHosts } from '../ssh/hosts.ts';
import type { inventoryForms } from './commands/inventory-forms.ts';
import type { Run } from './command.ts';
import { holder, systemClock } from './hosts.ts';
import type { Io } from './io.ts';

/** Plan, apply and destroy on simulated hosts. It fails if a step does not end as expected. */
export const run: Run<typeof inventoryForms.demo> = async (_args, io) => {
  const name = 'examples/demo/inventory.yaml';
  const text = await readFile(fileURLToPath(import.meta.resolve(`#${name}`)), 'utf8');
  const { inventory } = readInventory([{ name, text }]);
  if (inventory === undefined) throw new Error(`${name} has errors`);
  const render = renderer(await readTemplates());
  io.print(chapter(io, 'The inventory', `$ cat ${name}`) + text);
  const simulation = await simulate(inventory, (host) =>
    host === 'rs3' ? 'rhel6' : host === 'rs2' ? 'rhel7' : 'debian',
  );
  const hosts = new SshHosts(simulation.routeOf, { connectTimeout: 10_000, silence: 60_000 }, () => {
    throw new Error('simulated hosts want no password');
  });
  const surroundings: Surroundings = {
    hosts,
    clock: systemClock,
    emit: (event) => io.print(eventLine(event, io.style)),
  };
  const plan = (destroy = false): Promise<Plan> =>
    makePlan(
      {
        inventory,
        path: name,
        render,
        selection: { limit: [], exclude: [] },
        destroy,
        keep: true,
        forget: [],
        parallelism: 50,
        policy: everything,
        batches: [],
      },
      surroundings,
    );
  try {
    await tell(io, simulation, surroundings, plan);
  } finally {
    hosts.close();
    await simulation.stop();
  }
  return 0;
};

async function tell(
  io: Io,
  simulation: SimulatedHosts,
  surroundings: Surroundings,
  plan: (destroy?: boolean) => Promise<Plan>,
): Promise<void> {
  const show = (made: Plan): Plan => {
    io.print(planText(made, io.style));
    return made;
  };
  const apply = async (made: Plan): Promise<void> => {
    const results = await applyPlan(made, holder('demo'), 50, surroundings);
    io.print(summaryText(results, io.style));
    if (results.some(({ outcome }) => outcome !== 'changed' && outcome !== 'ok'))
      throw new Error('the demo went wrong');
  };
  const expectNothing = (made: Plan): void => {
    if (hasChanges(show(made))) throw new Error('the demo went wrong: there should be nothing to do');
  };
  const blank = await Promise.all(names.map((host) => simulation.shell(host, inventoryOfTree)));

  io.print(
    chapter(io, 'Five blank hosts: Debian 12, Rocky 9, CentOS 6. What needs to change?', '$ lvsform plan'),
  );
  const first = show(await plan());
  io.print(
    chapter(
      io,
      'Apply it: the real servers and the standby first, then the director that gets the VIP',
      '$ lvsform apply',
    ),
  );
  await apply(first);
  io.print(chapter(io, 'And again: there is nothing left to do', '$ lvsform plan'));
  expectNothing(await plan());

  io.print(
    chapter(
      io,
      'At night an operator changes a weight on lb1, and a file and a parameter on rs1',
      `lb1$ ${byHand}\nrs1$ ${byHandToo}`,
    ),
  );
  await simulation.shell('lb1', byHand);
  await simulation.shell('rs1', byHandToo);
  io.print(chapter(io, 'In the morning', '$ lvsform plan'));
  const drift = show(await plan());
  io.print(chapter(io, 'Repair it', '$ lvsform apply'));
  await apply(drift);
  io.print(chapter(io, 'Is it repaired?', '$ lvsform plan'));
  expectNothing(await plan());

  io.print(chapter(io, 'Remove everything', '$ lvsform destroy'));
  await apply(await plan(true));
  const left = await Promise.all(names.map((host) => simulation.shell(host, inventoryOfTree)));
  const same = left.every((text, index) => text === blank[index]);
  if (!same) throw new Error('the demo went wrong: something is left on the hosts');
  io.print('Every file, address, route, parameter and rule of the five hosts is as it was before.\n\n');
  io.print('Your own cluster begins with: lvsform init DIRECTORY\n');
}

const names = ['lb1', 'lb2', 'rs1', 'rs2', 'rs3'];
const byHand = 'ipvsadm -e -t 172.16.100.1:80 -r 172.16.100.7:80 -g -w 9';
const byHandToo =
  'echo "net.ipv4.conf.all.arp_ignore = 0" >> etc/sysctl.d/60-lvs-realserver.conf; echo 0 > proc/sys/net/ipv4/conf/all/arp_ignore';

/** Lists everything in a host's tree except loaded kernel modules, which remain. */
const inventoryOfTree = `find . -type f ! -path './proc/sys/net/ipv4/vs/*' -exec sha256sum {} + | sort
find . -type d ! -path './sys/module/*' ! -path './proc/sys/net/ipv4/vs' | sort`;

function chapter(io: Io, title: string, command: string): string {
  return `\n${io.style.bold(`== ${title}`)}\n${io.style.dim(command)}\n\n`;
}
