import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rendered } from '../src/components/rendered.ts';
import { readTemplates } from '../src/disk/templates.ts';
import { readInventory } from '../src/inventory/read.ts';
import { renderer } from '../src/render/templates.ts';
import type { Route } from '../src/ssh/settings.ts';
import { Client, type Cost } from './client.ts';
import { clusterOf, clusterText } from './inventory.ts';
import { liveByHand, opensshRun, readsByHand, startSshd, writesByHand } from './openssh.ts';

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const binaries = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));
const sizes = (process.argv[2] ?? '1,50,200,1000').split(',').map(Number);
const realSizes = sizes.filter((size) => size <= 200);
const parallelism = 50;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const show = (seconds: number): string =>
  seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;

console.log(
  `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${parallelism} hosts at once\n`,
);
startup();
await rendering();
await simulated();
if (process.getuid?.() === 0) await againstOpenssh();
else console.log('The comparison with OpenSSH needs root: not run.');

function startup(): void {
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    execFileSync(process.execPath, [main, '--version']);
    return (performance.now() - start) / 1000;
  });
  const bare = Array.from({ length: 9 }, () => {
    const start = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    return (performance.now() - start) / 1000;
  });
  console.log(`lvsform --version: ${show(median(times))} (node alone: ${show(median(bare))})\n`);
}

async function rendering(): Promise<void> {
  const render = renderer(await readTemplates());
  const text = clusterText(1000);
  const start = performance.now();
  const { inventory } = readInventory([{ name: 'bench.yaml', text }]);
  const read = performance.now();
  const documents = inventory!.hosts.flatMap((host) => rendered(inventory!, host, 'debian', render));
  const end = performance.now();
  console.log(
    `1000 hosts: validate ${show((read - start) / 1000)}, render ${documents.length} documents ${show((end - read) / 1000)}\n`,
  );
}

/** Simulated hosts in a process of their own. */
async function withServers(
  size: number,
  work: (routes: Map<string, Route & { root: string }>) => Promise<void>,
): Promise<void> {
  const child = fork(fileURLToPath(new URL('./servers.js', import.meta.url)), [String(size)]);
  const [routes] = (await once(child, 'message')) as [[string, Route & { root: string }][]];
  try {
    await work(new Map(routes));
  } finally {
    child.send('stop');
    await once(child, 'close');
  }
}

async function simulated(): Promise<void> {
  console.log(
    'Simulated hosts (their shells share the cores with the client; CPU and memory are the client’s)\n',
  );
  console.log(
    '| hosts | first apply: wall | CPU a host | memory a host | plan, nothing to do: wall | CPU a host | memory a host |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const size of sizes) {
    await withServers(size, async (routes) => {
      const client = new Client(clusterOf(size), routes, parallelism);
      const count = routes.size;
      const apply = await client.apply();
      const plans: Cost[] = [];
      for (let index = 0; index < (size > 500 ? 1 : 3); index++) plans.push(await client.plan());
      const wall = median(plans.map((each) => each.wall));
      const cpu = median(plans.map((each) => each.cpu));
      const memory = Math.max(...plans.map((each) => each.memory));
      const kib = (bytes: number): string => `${Math.max(0, Math.round(bytes / count / 1024))} KiB`;
      console.log(
        `| ${count} | ${show(apply.wall)} | ${show(apply.cpu / count)} | ${kib(apply.memory)} | ${show(wall)} | ${show(cpu / count)} | ${kib(memory)} |`,
      );
    });
  }
  await roundTrips();
}

/** A proxy that delays each way, between the client and one simulated host: what a session costs beside its direct cost is round trips. */
async function roundTrips(): Promise<void> {
  const trip = 0.4;
  await withServers(1, async (routes) => {
    const [[name, route], [other, direct]] = [...routes] as unknown as [[string, Route], [string, Route]];
    const proxies = [route, direct].map(({ host, port }) =>
      net.createServer((near) => {
        near.setNoDelay(true);
        const far = net.connect({ host, port, noDelay: true });
        for (const [from, to] of [
          [near, far],
          [far, near],
        ] as const) {
          from.on('data', (data: Buffer) => setTimeout(() => to.write(data), (trip * 1000) / 2));
          from.on('close', () => setTimeout(() => to.destroy(), trip * 1000));
          from.on('error', () => to.destroy());
        }
      }),
    );
    const ports = await Promise.all(
      proxies.map(async (proxy) => {
        proxy.listen(0, '127.0.0.1');
        await once(proxy, 'listening');
        return (proxy.address() as AddressInfo).port;
      }),
    );
    const known = '/dev/null';
    const delayed = new Map([
      [name, { ...route, port: ports[0]!, hostKey: 'off' as const, knownHosts: [known] }],
      [other, { ...direct, port: ports[1]!, hostKey: 'off' as const, knownHosts: [known] }],
    ]);
    const inventory = clusterOf(1);
    const near = new Client(inventory, routes, parallelism);
    const far = new Client(inventory, delayed, parallelism);
    await near.apply();
    const plan = median([await far.plan(), await far.plan(), await far.plan()].map(({ wall }) => wall));
    const base = median([await near.plan(), await near.plan(), await near.plan()].map(({ wall }) => wall));
    console.log(
      `\nRound trips of a plan, the SSH handshake included, TCP’s not: ${((plan - base) / trip).toFixed(1)} (one of them is the exec)\n`,
    );
    for (const proxy of proxies) proxy.close();
  });
}

async function againstOpenssh(): Promise<void> {
  console.log(
    'The same sshd, the same trees: lvsform beside OpenSSH’s client with one script a host, by hand, curve25519 only\n',
  );
  console.log(
    '| hosts | plan | OpenSSH, the same reads | ratio | first apply | OpenSSH, reads then writes | ratio |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  const render = renderer(await readTemplates());
  for (const size of realSizes) {
    const inventory = clusterOf(size);
    const folder = await mkdtemp(join(tmpdir(), 'lvsform-bench-'));
    const fresh = (
      work: (real: Awaited<ReturnType<typeof startSshd>>) => Promise<void>,
      where: string,
    ): Promise<void> =>
      withServers(size, async (routes) => {
        const own = await mkdtemp(join(folder, where));
        const real = await startSshd(
          own,
          new Map([...routes].map(([name, { root }]) => [name, root])),
          binaries,
        );
        try {
          await work(real);
        } finally {
          await real.stop();
        }
      });
    let apply = 0;
    let byHand = 0;
    const plans: number[] = [];
    const reads: number[] = [];
    const isDirector = (name: string): boolean => name === 'lb1';
    const readScripts = new Map(inventory.hosts.map(({ name }) => [name, readsByHand(isDirector(name))]));
    const writeScripts = new Map(
      inventory.hosts.map((host) => [
        host.name,
        writesByHand(rendered(inventory, host, 'debian', render), liveByHand(inventory, host.name)),
      ]),
    );
    await fresh(async ({ config }) => {
      byHand =
        (await opensshRun(config, readScripts, parallelism)) +
        (await opensshRun(config, writeScripts, parallelism));
    }, 'hand-');
    await fresh(async ({ routes, config }) => {
      const client = new Client(inventory, routes, parallelism);
      apply = (await client.apply()).wall;
      for (let index = 0; index < 3; index++) {
        plans.push((await client.plan()).wall);
        reads.push(await opensshRun(config, readScripts, parallelism));
      }
    }, 'ours-');
    const [plan, read] = [median(plans), median(reads)];
    console.log(
      `| ${inventory.hosts.length} | ${show(plan)} | ${show(read)} | ${(plan / read).toFixed(2)} | ${show(apply)} | ${show(byHand)} | ${(apply / byHand).toFixed(2)} |`,
    );
    await rm(folder, { recursive: true, force: true });
  }
}
