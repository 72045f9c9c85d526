import { readsByHand } from '../by-hand.ts';
import { compared, comparison } from '../cells.ts';
import { withFolder } from '../folder.ts';
import { canServe, withHosts } from '../hosts.ts';
import { inTurn, type Runs } from '../in-turn.ts';
import { clusterText, inventoryOf } from '../inventory.ts';
import { apply, lvsform, packaged, planNothing, type Program } from '../lvsform.ts';
import { overSsh } from '../openssh.ts';
import { run, type Took } from '../process.ts';
import type { Section } from '../report.ts';

/** What it costs to start a command, each as a whole process. */
export const startup: Section = {
  name: 'startup',
  title: 'Start-up',
  run: async ({ rounds }) => {
    const measured = canServe()
      ? await withHosts(clusterText(2), async (hosts) => {
          await apply(hosts);
          const more = ['--limit', 'rs1'];
          const reads = readsByHand(inventoryOf(clusterText(2)));
          const alone = new Map([['rs1', reads.get('rs1')!]]);
          const program = await packaged({ path: hosts.folder });
          const ofOne = (of?: Program): Promise<Took> =>
            planNothing(hosts, { more, ...(of && { program: of }) });
          return warm(2 * rounds + 1, {
            ...local(hosts.inventory, program),
            ssh: () => overSsh(hosts, alone),
            'lvsform plan of one host': () => ofOne(program),
            'lvsform plan of one host, checkout': () => ofOne(),
          });
        })
      : await withFolder(async (folder) => {
          const inventory = await folder.write('inventory.yaml', clusterText(2));
          return warm(2 * rounds + 1, local(inventory, await packaged(folder)));
        });
    const { node, ssh, ...ours }: Record<string, Runs> = measured;
    const rows = Object.entries(ours).map(([name, runs]) => {
      const peer = name.includes('plan') ? ssh! : node!;
      return [name, ...compared(runs, peer)];
    });
    return {
      parts: [
        `Whole processes, in turn. The peer of the plan is \`ssh\`, which does the same reads on the same host; the peer of the others is
\`node -e 0\`, an empty program, so no command can take less. *checkout* is the modules
as \`tsc\` makes them; the others are what \`npm pack\` makes, after a first run that keeps the compiled code.`,
        { head: ['command', ...comparison('peer')], rows },
      ],
      figures: measured,
    };
  },
};

type Contenders = Record<string, () => Promise<Took>>;

/** In turn, after one run of each. */
async function warm(rounds: number, contenders: Contenders): Promise<Record<string, Runs>> {
  for (const contender of Object.values(contenders)) await contender();
  return inTurn(rounds, contenders);
}

function local(inventory: string, program: Program): Contenders {
  const validate = ['validate', '-i', inventory];
  return {
    node: () => run([process.execPath, '-e', '0']),
    'lvsform --version': () => lvsform(['--version'], program),
    'lvsform --version, checkout': () => lvsform(['--version']),
    'lvsform validate': () => lvsform(validate, program),
    'lvsform validate, checkout': () => lvsform(validate),
  };
}
