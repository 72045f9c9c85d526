import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolder } from './folder.ts';
import { type BenchHosts, type Reached, withHosts } from './hosts.ts';
import { lvsformIn, packaged } from './lvsform.ts';
import { clusterWith } from './inventory.ts';
import { type Finished, run } from './process.ts';

/** A director by the name of lb1 whose table is measured. */
export interface Director extends Reached {
  readonly write: BenchHosts['write'];
  /** Makes the host blank again. */
  readonly blank: () => Promise<void>;
  /** The lines of its table, sorted. */
  readonly table: () => Promise<string>;
}

export const sortedLines = (text: string): string => text.trim().split('\n').toSorted().join('\n');

/** A director of stand-ins behind a real sshd. */
export function withSimulated<T>(text: string, work: (director: Director) => Promise<T>): Promise<T> {
  return withHosts(text, async (hosts) =>
    work({
      ...hosts,
      program: await packaged({ path: hosts.folder }),
      table: async () => sortedLines(await readFile(join(hosts.root('lb1'), '.sim/table'), 'utf8')),
    }),
  );
}

/** What the lab is made from: its machines take the time of its start. */
const small = clusterWith({ servers: 1, services: ['{ port: 80, scheduler: wlc }'] });

/** A director in a lab: a Linux kernel with ip_vs. The inventory may name any number of real servers that are not managed. */
export function withLab<T>(text: string, work: (director: Director) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const { path, write } = folder;
    const [seed, inventory] = [await write('seed.yaml', small), await write('inventory.yaml', text)];
    const env = { XDG_STATE_HOME: path };
    const lab = (...words: readonly string[]): Promise<Finished> =>
      lvsformIn(env, 'lab', ...words, '-i', seed);
    const up = await lab('up', '--json');
    const line = up.output.split('\n').find((each) => each.startsWith('{'))!;
    const config = join((JSON.parse(line) as { folder: string }).folder, 'ssh_config');
    const program = await packaged({ path });
    const reached = { folder: path, inventory, config: () => Promise.resolve(config), program };
    try {
      return await work({
        ...reached,
        write,
        blank: async () => void (await lab('reset')),
        table: async () => {
          const { output } = await run(['ssh', '-F', config, 'lb1', 'ipvsadm', '-Sn']);
          return sortedLines(output);
        },
      });
    } finally {
      await lab('down');
    }
  });
}
