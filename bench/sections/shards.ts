import { fileURLToPath } from 'node:url';
import { run } from '../process.ts';
import type { Section } from '../report.ts';
import type { ShardCost } from '../shards.ts';
import { seconds } from '../statistics.ts';

const program = fileURLToPath(new URL('../shards.js', import.meta.url));
const sizes = [1000, 10_000];
const of = 10;

/** The same inventory as one plan and as ten; the program fails where they do not do the same. */
export const shards: Section = {
  name: 'shards',
  title: 'Ten shards',
  run: async () => {
    const measured: ShardCost[] = [];
    for (const size of sizes) {
      const { output } = await run([process.execPath, program, String(size), String(of)]);
      measured.push(JSON.parse(output) as ShardCost);
    }
    return {
      parts: [
        `Clusters of 25 hosts, which answer from memory, as one plan and as ${of} shards: processor time of the controller. The digest of all
that the ${of} plans do is that of the one plan, otherwise the measurement fails.`,
        {
          head: [
            'hosts',
            'one plan',
            `${of} shards together`,
            'the slowest shard',
            'hosts in the largest',
            'digest',
          ],
          rows: measured.map((each) => [
            each.hosts.toLocaleString('en'),
            seconds(each.whole),
            seconds(each.shards.reduce((sum, { cpu }) => sum + cpu, 0)),
            seconds(Math.max(...each.shards.map(({ cpu }) => cpu))),
            Math.max(...each.shards.map(({ hosts }) => hosts)).toLocaleString('en'),
            each.digest.slice(0, 12),
          ]),
        },
      ],
      figures: { measured },
    };
  },
};
