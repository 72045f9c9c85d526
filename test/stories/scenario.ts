import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { unharmed } from '../support/asking.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { blankState, machines } from '../support/scenarios.ts';

/**
 * A mode or an option that inventories/ shows, on real kernels: applied to blank hosts, asked, changed while a client
 * asks, destroyed.
 */
interface Scenario {
  /** The inventory's folder. */
  readonly name: string;
  readonly url: string;
  /** Hosts that get nftables first; before that, and elsewhere, iptables does its work. */
  readonly nft?: readonly string[];
  /** Hosts that boot anew in the end, and have to come back by themselves. */
  readonly reboots?: readonly string[];
  /** What only this scenario shows. */
  readonly check?: (t: ExecutionContext) => Promise<unknown>;
  /** What is changed, step by step, while a client asks: an edit of the cluster. */
  readonly changes: readonly ((cluster: Cluster) => void)[];
  /** After each change. */
  readonly after?: (t: ExecutionContext, step: number) => Promise<unknown>;
}

interface Cluster {
  [key: string]: unknown;
  arp?: string;
  real_servers: Record<string, string | { address: string; [key: string]: unknown }>;
  services: Record<string, unknown>[];
}

/** The lab of a file's scenarios. */
export let world: LabWorld;
let blank: readonly string[] = [];
const hosts = ['lb1', 'lb2', 'rs1', 'rs2', 'rs3'];
const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, blankState)));

/** Stops our scripts and starts them again, in their order. */
const restartScripts = `units=$(systemctl list-units --plain --no-legend 'lvs-*.service' | cut -d' ' -f1)
[ -z "$units" ] || systemctl restart $units`;

export const weigh = (cluster: Cluster, weights: Record<string, number>): void => {
  for (const service of cluster.services) service['real_servers'] = { ...weights };
};
export const distinct = (values: readonly string[]): string[] => [...new Set(values)].toSorted();
export const names = (output: string): string[] => output.trim().split('\n');
export const curl = (url: string, count = 1): Promise<string> =>
  world.on('client', `for i in $(seq ${count}); do curl -sSk -m 5 ${url}; done`);

/** Registers the scenarios of a file: one lab for all of them, one after the other. */
export function play(...scenarios: readonly Scenario[]): void {
  test.before(async (t) => {
    world = await LabWorld.make();
    await world.write(machines);
    const { times } = await world.up();
    t.log(`all hosts ${times.boot.toFixed(1)} s`);
    blank = await states();
  });
  test.after.always(async (t) => t.deepEqual(await world.down(), []));
  for (const scenario of scenarios) register(scenario);
}

function register({ name, url, nft, check, changes, after, reboots }: Scenario): void {
  test.serial(name, async (t) => {
    const begun = Date.now();
    const text = await readFile(
      fileURLToPath(new URL(`../../../inventories/${name}/cluster.yaml`, import.meta.url)),
      'utf8',
    );
    const inventory = load(text) as { clusters: Record<string, Cluster> };
    await world.write(inventory);
    if (nft !== undefined) {
      await Promise.all(nft.map((host) => world.on(host, 'apt-get -y -q install nftables >/dev/null 2>&1')));
      blank = await states();
    }
    const applied = await world.lvsform('apply', '--lab', '--yes');
    if (applied.code !== 0) return t.fail(`apply: ${applied.code}\n${applied.output}`);
    const verified = await world.lvsform('verify', '--lab', '--requests', '8');
    t.is(verified.code, 0, verified.output);
    await check?.(t);
    for (const [step, change] of changes.entries()) {
      change(Object.values(inventory.clusters)[0]!);
      await world.write(inventory);
      const { requests, slowest } = await unharmed(world, url, async () => {
        const changed = await world.lvsform('apply', '--lab', '--yes', '--force');
        t.is(changed.code, 0, changed.output);
      });
      t.log(
        `${requests.length} requests during change ${step + 1}, the slowest took ${slowest.toFixed(2)} s`,
      );
      await after?.(t, step);
    }
    if (reboots !== undefined) {
      await Promise.all(reboots.map((host) => world.reboot(host)));
      const back = await world.lvsform('verify', '--lab', '--requests', '8');
      t.is(back.code, 0, back.output);
    }
    await Promise.all(hosts.map((host) => world.on(host, restartScripts)));
    const again = await world.lvsform('plan', '--lab', '--detailed-exitcode');
    t.is(again.code, 0, again.output);
    const destroyed = await world.lvsform('destroy', '--lab', '--yes');
    t.is(destroyed.code, 0, destroyed.output);
    t.deepEqual(differing(hosts, blank, await states()), []);
    t.log(`${((Date.now() - begun) / 1000).toFixed(0)} s`);
  });
}
