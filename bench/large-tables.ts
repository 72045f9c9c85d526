import { readFile } from 'node:fs/promises';
import { documentsOf } from './by-hand.ts';
import { compared, comparison } from './cells.ts';
import { type Director, sortedLines } from './director.ts';
import { inTurn, type Runs, runsOf } from './in-turn.ts';
import { clusterWith, inventoryOf } from './inventory.ts';
import { apply, planNothing } from './lvsform.ts';
import { overSsh } from './openssh.ts';
import type { Took } from './process.ts';
import type { Table } from './report.ts';

interface Row {
  readonly what: string;
  readonly ours: Runs;
  readonly ssh: Runs;
}

export const wide = clusterText(1000, 1);
const half = clusterText(500, 1);
export const many = clusterText(20, 200);

/** The table of a comparison. */
export function rowsOf(rows: readonly Row[]): Table {
  return {
    head: ['what', ...comparison('`ssh`')],
    rows: rows.map(({ what, ours, ssh }) => [what, ...compared(ours, ssh)]),
  };
}

function clusterText(servers: number, services: number): string {
  const drain = '    drain: { timeout: 5 }\n';
  const lines = Array.from({ length: services }, (_, index) => `{ port: ${1000 + index}, scheduler: wlc }`);
  return clusterWith({ servers, services: lines, directorOnly: true, more: drain });
}

/** The lines of the table, as the director's own rule file has them. */
export function rulesOf(text: string): string {
  const documents = documentsOf(inventoryOf(text)).get('lb1')!;
  return documents.find(({ path }) => path.endsWith('ipvsadm.rules'))!.content;
}

/** `ipvsadm -R` by hand: whatever it prints is a failure. */
const restore = (lines: string): string =>
  `said=$(ipvsadm -R 2>&1 <<'THE-END'\n${lines}THE-END\n)\n[ -z "$said" ]`;

const onDirector = (director: Director, script: string): Promise<Took> =>
  overSsh(director, new Map([['lb1', script]]));

async function mustBe(director: Director, expected: string): Promise<void> {
  if ((await director.table()) !== sortedLines(expected))
    throw new Error('the table is not the one that is wanted');
}

export async function firstApply(director: Director, what: string, rounds: number): Promise<Row> {
  const rules = rulesOf(await readFile(director.inventory, 'utf8'));
  let known = false;
  const checked = async (work: () => Promise<Took>, ours: boolean): Promise<Took> => {
    await director.blank();
    const took = await work();
    await mustBe(director, rules);
    known = ours;
    return took;
  };
  const { ssh, ours } = await inTurn(rounds, {
    ssh: () => checked(() => onDirector(director, restore(rules)), false),
    ours: () => checked(() => apply(director), true),
  });
  // What follows needs a host that lvsform knows.
  if (!known) await checked(() => apply(director), true);
  return { what: `first apply, ${what}`, ours, ssh };
}

export async function nothing(director: Director, rounds: number): Promise<Row> {
  const runs = await inTurn(rounds, {
    ours: () => planNothing(director),
    ssh: () => onDirector(director, 'ipvsadm -Sn'),
  });
  return { what: 'plan, nothing to do, 4,000 destinations', ...runs };
}

/** Once only: the larger table would have to come back for another one. */
export async function removal(director: Director): Promise<Row> {
  const inventory = await director.write('half.yaml', half);
  const ours = await apply(director, { inventory, more: ['--force'] });
  await mustBe(director, rulesOf(half));
  const stays = new Set(rulesOf(half).split('\n'));
  const leaving = rulesOf(wide)
    .split('\n')
    .filter((line) => !stays.has(line))
    .map((line) => `${line.replace(/^-a/, '-d').replace(/ -g .*/, '')}\n`);
  await director.blank();
  await onDirector(director, restore(rulesOf(wide)));
  const ssh = await onDirector(director, restore(leaving.join('')));
  await mustBe(director, rulesOf(half));
  return { what: 'removal of 500 of 1,000', ours: runsOf([ours]), ssh: runsOf([ssh]) };
}

/** What a boot does: the director's script, beside `ipvsadm -R` alone. */
export async function start(director: Director, rounds: number): Promise<Row> {
  const runs = await inTurn(rounds, {
    ours: () => onDirector(director, '/usr/local/sbin/lvs-director start > /dev/null'),
    ssh: () => onDirector(director, 'ipvsadm -C; ipvsadm -R < /etc/ipvsadm.rules'),
  });
  await mustBe(director, rulesOf(many));
  return { what: 'start of lvs-director on the full table, 4,200 lines', ...runs };
}
