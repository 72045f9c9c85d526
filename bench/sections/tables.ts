import { withSimulated } from '../director.ts';
import { canServe, needsRoot } from '../hosts.ts';
import { firstApply, many, nothing, removal, rowsOf, rulesOf, wide } from '../large-tables.ts';
import type { Section } from '../report.ts';
import { standInCost } from '../stand-in.ts';
import { seconds } from '../statistics.ts';

/** One director with a large table, beside `ssh ... ipvsadm -R` with the same lines. */
export const tables: Section = {
  name: 'tables',
  title: 'Large tables',
  run: async ({ rounds }) => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    const rows = [
      ...(await withSimulated(wide, async (director) => [
        await firstApply(director, '1 service, 1,000 real servers', rounds),
        await removal(director),
      ])),
      ...(await withSimulated(many, async (director) => [
        await firstApply(director, '200 services, 20 real servers each', rounds),
        await nothing(director, rounds),
      ])),
    ];
    const cost = await standInCost(rulesOf(many));
    return {
      parts: [
        `One director behind the same \`sshd\`; lvsform as a whole process beside \`ssh DIRECTOR ipvsadm -R\` with the same lines on its
standard input (for the plan, \`ipvsadm -Sn\`). The bench compares both tables after each pair. The removal takes 500 of the 1,000 out, none of
which has a connection.`,
        rowsOf(rows),
        `The stand-in for \`ipvsadm\` costs, alone, ${seconds(cost.restore)} for \`-R\` with these 4,200 lines, ${seconds(cost.list)} to list them, and
${seconds(cost.edit)} for one edit of the full table, of which starting its shell and awk on an empty one is ${seconds(cost.start)}.`,
      ],
      figures: { rows, cost },
    };
  },
};
