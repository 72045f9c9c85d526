import { rendered } from '../src/components/rendered.ts';
import { systemClock } from '../src/cli/hosts.ts';
import { platformSha256 } from '../src/cli/platform-digest.ts';
import { readTemplates } from '../src/disk/templates.ts';
import { readInventory } from '../src/inventory/read.ts';
import { digestBy } from '../src/net/digest.ts';
import { makePlan } from '../src/plan/make.ts';
import { hasWork } from '../src/plan/plan.ts';
import { renderer } from '../src/render/templates.ts';
import { cannedHosts, record } from './canned.ts';
import { requestFor } from './client.ts';
import { clusterText } from './inventory.ts';

/** A process of its own, for its CPU and its memory: validates, renders and plans so many hosts that answer from memory. */
export interface ControllerCost {
  /** Seconds of CPU. */
  readonly validate: number;
  readonly render: number;
  /** With everything to add. */
  readonly first: number;
  /** With nothing to do on the real servers. */
  readonly settled: number;
  /** Bytes of the process at most. */
  readonly memory: number;
}

async function cpuOf<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

async function measure(size: number): Promise<ControllerCost> {
  const recordings = await record();
  const { blank, settled } = recordings;
  const render = renderer(await readTemplates());
  const text = clusterText(size);
  const [{ inventory }, validate] = await cpuOf(() => readInventory([{ name: 'bench.yaml', text }], render));
  if (inventory === undefined) throw new Error('the inventory is not sound');
  const [, rendering] = await cpuOf(() => {
    for (const host of inventory.hosts) rendered(inventory, host, 'debian', render);
  });
  const plan = async (realServer: typeof blank): Promise<[number, number]> => {
    const hosts = cannedHosts(recordings, realServer);
    const surroundings = { hosts, clock: systemClock, emit: () => {} };
    const [made, cpu] = await cpuOf(() => makePlan(requestFor(inventory, false), surroundings));
    return [made.hosts.filter(hasWork).length, cpu];
  };
  const [changed, first] = await plan(blank);
  if (changed !== size) throw new Error(`${changed} of ${size} hosts have changes`);
  const [left, afterwards] = await plan(settled);
  if (left !== 1) throw new Error(`${left} hosts have changes, and only the director should have some`);
  const memory = process.resourceUsage().maxRSS * 1024;
  return { validate, render: rendering, first, settled: afterwards, memory };
}

digestBy(platformSha256);
console.log(JSON.stringify(await measure(Number(process.argv[2]))));
