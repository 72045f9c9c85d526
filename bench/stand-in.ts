import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTree } from '../src/sim/tree.ts';
import { withFolder } from './folder.ts';
import { run } from './process.ts';

const binaries = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

/** Seconds of the stand-in for ipvsadm, alone. */
export interface StandInCost {
  /** A list of an empty table: what it costs to start. */
  readonly start: number;
  /** `-R` with all the lines. */
  readonly restore: number;
  readonly list: number;
  /** One edit of the full table. */
  readonly edit: number;
}

export async function standInCost(rules: string): Promise<StandInCost> {
  return withFolder(async ({ path: root }) => {
    makeTree(root, { name: 'lb1', family: 'debian', addresses: [] });
    await mkdir(join(root, 'sys/module/ip_vs'));
    const env = { LVSFORM_ROOT: root, PATH: `${binaries}:/usr/sbin:/usr/bin:/sbin:/bin` };
    const ipvsadm = async (words: readonly string[], input = ''): Promise<number> =>
      (await run(['ipvsadm', ...words], { env, input })).wall;
    await ipvsadm(['-Ln']);
    const start = await ipvsadm(['-Ln']);
    const restore = await ipvsadm(['-R'], rules);
    const list = await ipvsadm(['-Ln']);
    const [, flag, service] = rules.split(' ');
    const edit = await ipvsadm(['-E', flag!, service!, '-s', 'wlc']);
    return { start, restore, list, edit };
  });
}
