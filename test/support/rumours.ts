import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import type { Manifest, RosterEntry } from '../../src/observe/manifest.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { HostFailure, type Hosts, type Target } from '../../src/port.ts';
import { dr } from './inventories.ts';
import type { World } from './world.ts';

/*
 * Hosts whose rosters say what they like: forge(w, 'rs1', ...ghosts(300)).
 */

/** Machines for all inventories here; the names are those of the machines. */
export const all = dr.replace(
  '      rs2: 172.16.100.8\n',
  '      rs2: 172.16.100.8\n      rs3: 172.16.100.9\n      lb2: 172.16.100.3\n',
);
export const shop = dr.replace('name: test', 'name: shop');
export const withoutRs2 = shop.replace(/\n +rs2: .*/, '');
export const withoutRs1 = shop.replace(/\n +rs1: .*/, '');

/** All at once, the hosts would wait longer than they are patient. */
const atOnce = pLimit(3);
export const told = (title: string, tell: (t: ExecutionContext) => Promise<void>): void =>
  test(title, (t) => atOnce(() => tell(t)));

export const manifest = 'var/lib/lvsform/manifest.json';
export const read = async (w: World, host: string): Promise<Manifest> =>
  JSON.parse(await w.sim.shell(host, `cat ${manifest}`)) as Manifest;
export const forge = async (w: World, host: string, ...entries: RosterEntry[]): Promise<void> => {
  const known = await read(w, host);
  const forged = { ...known, roster: [...known.roster, ...entries] };
  await writeFile(join(w.sim.root(host), manifest), JSON.stringify(forged));
};
export const holdsVip = (w: World, host: string): Promise<string> =>
  w.sim.shell(host, 'ip -o -4 addr show | grep -c 172.16.100.1/32 || true');
export const entry = (host: string, at: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  host,
  ssh: { host: at, sudo: false },
  ...more,
});
export const ghosts = (count: number): RosterEntry[] =>
  Array.from({ length: count }, (_, at) => entry(`ghost${at}`, `10.66.${at >> 8}.${at & 255}`));

/** The lines of one host in a plan, of which its notes are in parentheses. */
export const partOf = (w: World, plan: Plan, host: string): string =>
  w
    .text(plan)
    .split('\n\n')
    .find((part) => part.startsWith(`${host}:`) || part.startsWith(`${host} (`)) ?? '';

/** Nobody is at the places of ghosts; `dialled` are those to which a connection was tried, `ways` all that were looked up. */
export function watched(w: World): { hosts: Hosts; dialled: string[]; ways: string[] } {
  const dialled: string[] = [];
  const ways: string[] = [];
  const isGhost = ({ ssh }: Target): boolean => ssh.host.startsWith('10.66.');
  const hosts: Hosts = {
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    run: (target, script, within) => {
      dialled.push(target.name);
      return isGhost(target)
        ? Promise.reject(new HostFailure('nobody answers'))
        : w.hosts.run(target, script, within);
    },
    wayTo: (target) => {
      ways.push(target.name);
      return isGhost(target)
        ? { place: `${target.ssh.host}:${target.ssh.port ?? 22}` }
        : w.hosts.wayTo(target);
    },
  };
  return { hosts, dialled, ways };
}

export const ghostly = (names: readonly string[]): string[] =>
  names.filter((name) => name.startsWith('ghost'));
