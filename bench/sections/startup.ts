import { readsByHand } from '../by-hand.ts';
import { compared, comparison } from '../cells.ts';
import { withFolder } from '../folder.ts';
import { canServe, withHosts } from '../hosts.ts';
import { inTurn, type Runs } from '../in-turn.ts';
import { clusterText, inventoryOf } from '../inventory.ts';
import { apply, lvsform, planNothing } from '../lvsform.ts';
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
          const one = ['--limit', 'rs1'];
          const reads = readsByHand(inventoryOf(clusterText(2)));
          const alone = new Map([['rs1', reads.get('rs1')!]]);
          return inTurn(2 * rounds + 1, {
            ...local(hosts.inventory),
            ssh: () => overSsh(hosts, alone),
            'lvsform plan of one host': () => planNothing(hosts, { more: one }),
          });
        })
      : await withFolder(async (hosts) =>
          inTurn(2 * rounds + 1, local(await hosts.write('inventory.yaml', clusterText(2)))),
        );
    const { node, ssh, ...ours } = measured as Record<string, Runs>;
    const rows = Object.entries(ours).map(([name, runs]) => {
      const peer = name.includes('plan') ? ssh! : node!;
      return [name, ...compared(runs, peer)];
    });
    return {
      parts: [
        `Whole processes, in turn. The peer of the plan is \`ssh\`, which does the same reads on the same host; the peer of the others is
\`node -e 0\`, an empty program.`,
        { head: ['command', ...comparison('peer')], rows },
      ],
      figures: measured,
    };
  },
};

type Contenders = Record<string, () => Promise<Took>>;

function local(inventory: string): Contenders {
  return {
    node: () => run([process.execPath, '-e', '0']),
    'lvsform --version': () => lvsform('--version'),
    'lvsform validate': () => lvsform('validate', '-i', inventory),
  };
}
