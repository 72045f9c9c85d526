import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchHosts, canServe, needsRoot, withHosts } from '../hosts.ts';
import { inTurn, type Runs, runsOf } from '../in-turn.ts';
import { clusterWith, inventoryOf } from '../inventory.ts';
import { apply, planNothing } from '../lvsform.ts';
import { overSsh } from '../openssh.ts';
import type { Section } from '../report.ts';
import { standInCost } from '../stand-in.ts';
import { documentsOf } from '../by-hand.ts';
import { compared, comparison } from '../cells.ts';
import type { Took } from '../process.ts';
import { seconds } from '../statistics.ts';

interface Row {
  readonly what: string;
  readonly ours: Runs;
  readonly ssh: Runs;
}

const wide = clusterText(1000, 1);
const half = clusterText(500, 1);
const many = clusterText(20, 200);

/** One director with a large table, beside `ssh ... ipvsadm -R` with the same lines. */
export const tables: Section = {
  name: 'tables',
  title: 'Large tables',
  run: async ({ rounds }) => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    const rows = [
      ...(await withHosts(wide, async (hosts) => [
        await firstApply(hosts, '1 service, 1,000 real servers', rounds),
        await removal(hosts),
      ])),
      ...(await withHosts(many, async (hosts) => [
        await firstApply(hosts, '200 services, 20 real servers each', rounds),
        await nothing(hosts, rounds),
      ])),
    ];
    const cost = await standInCost(rulesOf(many));
    return {
      parts: [
        `One director behind the same \`sshd\`; lvsform as a whole process beside \`ssh DIRECTOR ipvsadm -R\` with the same lines on its
standard input (for the plan, \`ipvsadm -Sn\`). The bench compares both tables after each pair. The removal takes 500 of the 1,000 out, none of
which has a connection.`,
        {
          head: ['what', ...comparison('`ssh`')],
          rows: rows.map(({ what, ours, ssh }) => [what, ...compared(ours, ssh)]),
        },
        `The stand-in for \`ipvsadm\` costs, alone, ${seconds(cost.restore)} for \`-R\` with these 4,200 lines, ${seconds(cost.list)} to list them, and
${seconds(cost.edit)} for one edit of the full table, of which starting its shell and awk on an empty one is ${seconds(cost.start)}.`,
      ],
      figures: { rows, cost },
    };
  },
};

function clusterText(servers: number, services: number): string {
  const drain = '    drain: { timeout: 5 }\n';
  const lines = Array.from({ length: services }, (_, index) => `{ port: ${1000 + index}, scheduler: wlc }`);
  return clusterWith({ servers, services: lines, directorOnly: true, more: drain });
}

/** The lines of the table, as the director's own rule file has them. */
function rulesOf(text: string): string {
  const documents = documentsOf(inventoryOf(text)).get('lb1')!;
  return documents.find(({ path }) => path.endsWith('ipvsadm.rules'))!.content;
}

/** `ipvsadm -R` by hand: whatever it prints is a failure. */
const restore = (lines: string): string =>
  `said=$(ipvsadm -R 2>&1 <<'THE-END'\n${lines}THE-END\n)\n[ -z "$said" ]`;

const onDirector = (hosts: BenchHosts, script: string): Promise<Took> =>
  overSsh(hosts, new Map([['lb1', script]]));

async function tableOf(hosts: BenchHosts): Promise<string> {
  const text = await readFile(join(hosts.root('lb1'), '.sim/table'), 'utf8');
  return text.split('\n').toSorted().join('\n');
}

async function mustBe(hosts: BenchHosts, expected: string): Promise<void> {
  const wanted = expected.split('\n').toSorted().join('\n');
  if ((await tableOf(hosts)) !== wanted) throw new Error('the table is not the one that is wanted');
}

async function firstApply(hosts: BenchHosts, what: string, rounds: number): Promise<Row> {
  const rules = rulesOf(await readFile(hosts.inventory, 'utf8'));
  let known = false;
  const checked = async (work: () => Promise<Took>, ours: boolean): Promise<Took> => {
    await hosts.blank();
    const took = await work();
    await mustBe(hosts, rules);
    known = ours;
    return took;
  };
  const { ssh, ours } = await inTurn(rounds, {
    ssh: () => checked(() => onDirector(hosts, restore(rules)), false),
    ours: () => checked(() => apply(hosts), true),
  });
  // What follows needs a host that lvsform knows.
  if (!known) await checked(() => apply(hosts), true);
  return { what: `first apply, ${what}`, ours, ssh };
}

async function nothing(hosts: BenchHosts, rounds: number): Promise<Row> {
  const runs = await inTurn(rounds, {
    ours: () => planNothing(hosts),
    ssh: () => onDirector(hosts, 'ipvsadm -Sn'),
  });
  return { what: 'plan, nothing to do, 4,000 destinations', ...runs };
}

/** Once only: the larger table would have to come back for another one. */
async function removal(hosts: BenchHosts): Promise<Row> {
  const inventory = await hosts.write('half.yaml', half);
  const ours = await apply(hosts, { inventory, more: ['--force'] });
  await mustBe(hosts, rulesOf(half));
  const stays = new Set(rulesOf(half).split('\n'));
  const leaving = rulesOf(wide)
    .split('\n')
    .filter((line) => !stays.has(line))
    .map((line) => `${line.replace(/^-a/, '-d').replace(/ -g .*/, '')}\n`);
  await hosts.blank();
  await onDirector(hosts, restore(rulesOf(wide)));
  const ssh = await onDirector(hosts, restore(leaving.join('')));
  await mustBe(hosts, rulesOf(half));
  return { what: 'removal of 500 of 1,000', ours: runsOf([ours]), ssh: runsOf([ssh]) };
}
