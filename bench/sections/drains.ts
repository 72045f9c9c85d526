import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchHosts, canServe, needsRoot, withHosts } from '../hosts.ts';
import { clusterWith } from '../inventory.ts';
import { apply } from '../lvsform.ts';
import type { Section } from '../report.ts';
import { seconds } from '../statistics.ts';

const timeout = 5;
const leavers = 3;
const stay = 3;
const ports = [80, 443];

/** Real servers that leave while clients hold connections which do not end. */
export const drains: Section = {
  name: 'drains',
  title: 'Drains',
  run: async () => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    const { wall } = await withHosts(cluster(stay + leavers), async (hosts) => {
      await apply(hosts);
      await connect(hosts);
      const inventory = await hosts.write('fewer.yaml', cluster(stay));
      return apply(hosts, { inventory, more: ['--force'] });
    });
    return {
      parts: [
        `${leavers} real servers leave ${ports.length} services, each with connections that do not end, and \`drain.timeout\` is ${timeout} s: no way is
shorter than ${timeout} s.`,
        {
          head: ['real servers × services', 'apply, whole process', 'one after the other'],
          rows: [
            [`${leavers} × ${ports.length}`, seconds(wall), `${leavers * ports.length * timeout} s and more`],
          ],
        },
      ],
      figures: { wall, timeout },
    };
  },
};

function cluster(servers: number): string {
  return clusterWith({
    servers,
    services: ports.map((port) => `{ port: ${port}, scheduler: wlc }`),
    directorOnly: true,
    more: `    drain: { timeout: ${timeout} }\n`,
  });
}

/** The stand-in for ipvsadm counts the connections of a real server from a file. */
async function connect(hosts: BenchHosts): Promise<void> {
  const folder = join(hosts.root('lb1'), '.sim');
  await mkdir(folder, { recursive: true });
  for (let index = stay + 1; index <= stay + leavers; index++)
    for (const port of ports) await writeFile(join(folder, `active-10.64.1.${1 + index}:${port}`), '7\n');
}
