import { readsByHand, writesByHand } from '../by-hand.ts';
import { compared, comparison, wall } from '../cells.ts';
import { Client } from '../client.ts';
import { type BenchHosts, canServe, needsRoot, withHosts } from '../hosts.ts';
import { inTurn, roundsOf, type Runs, runsOf } from '../in-turn.ts';
import { clusterText, inventoryOf } from '../inventory.ts';
import { apply, packaged, planNothing } from '../lvsform.ts';
import { overSsh } from '../openssh.ts';
import type { Took } from '../process.ts';
import type { Section } from '../report.ts';
import { median, ratio, ratios } from '../statistics.ts';
import { mustBeSame, type State, statesOf } from '../state.ts';

/** The same work by lvsform and by OpenSSH's client, on the same hosts. */
export const openssh: Section = {
  name: 'openssh',
  title: 'Beside OpenSSH',
  run: async ({ sizes, rounds }) => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    const measured = [];
    for (const size of sizes) {
      const text = clusterText(size);
      measured.push(
        await withHosts(text, async (hosts) => {
          const applies = await firstApplies(hosts, text, rounds);
          return { count: hosts.names.length, applies, plans: await plans(hosts, text, rounds) };
        }),
      );
    }
    return {
      parts: [
        introduction,
        {
          head: ['hosts, plan', ...comparison('OpenSSH'), 'warm', 'ratio, warm'],
          rows: measured.map(({ count, plans: { whole, warm, ssh } }) => [
            String(count),
            ...compared(whole, ssh),
            wall(warm),
            ratio(ratios(warm.wall, ssh.wall)),
          ]),
        },
        {
          head: ['hosts, first apply', ...comparison('OpenSSH')],
          rows: measured.map(({ count, applies: { ours, ssh } }) => [String(count), ...compared(ours, ssh)]),
        },
        {
          head: ['hosts', 'CPU of a warm plan, a host', 'memory by which it grows, a host'],
          rows: measured.map(({ count, plans: { warm, memory } }) => [
            String(count),
            `${((median(warm.cpu) / count) * 1000).toFixed(1)} ms`,
            `${Math.max(0, Math.round(memory / count / 1024))} KiB`,
          ]),
        },
        conclusion,
      ],
      figures: { measured },
    };
  },
};

const introduction = `lvsform and OpenSSH's client reach the same \`sshd\`, with the same ssh_config (curve25519, one key) and the same directory trees
behind it, 50 hosts at once. OpenSSH is started from a shell, one process a host, with a script by hand that does the same
reads; for the apply it does the same reads and then the same writes in one login. *Whole process* is what \`npm pack\` makes, from its start
to its end; *warm* is the same plan in a process that runs already. Runs are made in turn, and each ratio is of two
neighbours: the median, with the smallest and the largest. *CPU* is that of the clients alone, all their processes.`;

const conclusion = `After each pair of applies the bench compares both sides, file by file, and the table, the addresses and the routes; a
difference ends it. The apply does what the script does not: it checks the fingerprint, keeps copies, checks what is new,
and reads everything again at its end.`;

/** Each on blank hosts; lvsform is the last, so that it has nothing to do afterwards. */
async function firstApplies(
  hosts: BenchHosts,
  text: string,
  rounds: number,
): Promise<{ ours: Runs; ssh: Runs }> {
  const scripts = writesByHand(inventoryOf(text));
  const program = await packaged({ path: hosts.folder });
  let byHand: Map<string, State> | undefined;
  const runs = { ours: [] as Took[], ssh: [] as Took[] };
  for (const _ of roundsOf(rounds)) {
    await hosts.blank();
    runs.ssh.push(await overSsh(hosts, scripts));
    byHand = await statesOf(hosts);
    await hosts.blank();
    runs.ours.push(await apply(hosts, { program }));
    mustBeSame(await statesOf(hosts), byHand);
  }
  return { ours: runsOf(runs.ours), ssh: runsOf(runs.ssh) };
}

async function plans(
  hosts: BenchHosts,
  text: string,
  rounds: number,
): Promise<{ whole: Runs; warm: Runs; ssh: Runs; memory: number }> {
  const inventory = inventoryOf(text);
  const client = new Client(inventory, await hosts.config());
  const reads = readsByHand(inventory);
  const program = await packaged({ path: hosts.folder });
  // The first one of a process is not warm yet.
  const { memory } = await client.plan();
  const runs = await inTurn(rounds + 2, {
    whole: () => planNothing(hosts, { program }),
    ssh: () => overSsh(hosts, reads),
    warm: () => client.plan(),
  });
  return { ...runs, memory };
}
