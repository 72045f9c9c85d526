import { systemClock } from '../src/cli/hosts.ts';
import { platformSha256 } from '../src/cli/platform-digest.ts';
import type { Inventory } from '../src/model/cluster.ts';
import { digestBy } from '../src/net/digest.ts';
import { makePlan } from '../src/plan/make.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Shard } from '../src/plan/shards.ts';
import type { Hosts } from '../src/port.ts';
import { cannedHosts, record } from './canned.ts';
import { requestFor } from './client.ts';
import { inventoryOf, vip } from './inventory.ts';
import { workDigest } from './work.ts';

/** A process of its own: plans an inventory of many clusters as a whole and in shards, with hosts that answer from memory. */
export interface ShardCost {
  readonly hosts: number;
  /** Of what the plan does, and of what the plans of the shards do together: they are equal. */
  readonly digest: string;
  /** Seconds of CPU. */
  readonly whole: number;
  readonly shards: readonly { readonly hosts: number; readonly cpu: number }[];
}

const perCluster = 25;
const vipOf = (cluster: number): string => `10.64.${100 + Math.floor(cluster / 200)}.${1 + (cluster % 200)}`;
const addressOf = (host: number): string => `10.64.${1 + Math.floor(host / 250)}.${1 + (host % 250)}`;

/** Clusters of one director and its real servers. */
function clustersOf(count: number): Inventory {
  const clusters = Array.from({ length: count }, (_, cluster) => {
    const servers = Array.from({ length: perCluster - 1 }, (__, server) => {
      const host = cluster * perCluster + server + 1;
      return `      rs${host}: ${addressOf(host)}\n`;
    });
    return `  c${cluster}:
    mode: dr
    vip: ${vipOf(cluster)}
    hosts_file: false
    directors:
      lb${cluster}: ${addressOf(cluster * perCluster)}/16
    real_servers:
${servers.join('')}    services:
      - { port: 80, scheduler: wlc }
      - { port: 443, scheduler: wlc, persistence: 600 }
`;
  });
  return inventoryOf(`name: bench\nclusters:\n${clusters.join('')}`);
}

/** The answers were recorded in a cluster with another VIP. */
function withVips(inventory: Inventory, hosts: Hosts): Hosts {
  const vips = new Map(
    inventory.clusters.flatMap(({ directors, realServers, vips: own }) =>
      [...directors, ...realServers].map(({ name }) => [name, own[0]!.address] as const),
    ),
  );
  const recorded = new RegExp(`\\b${vip.replaceAll('.', '\\.')}\\b`, 'g');
  const run: Hosts['run'] = async (target, script, within) =>
    (await hosts.run(target, script, within)).replaceAll(recorded, vips.get(target.name)!);
  // All directors would have the recorded one's host key.
  const wayTo: Hosts['wayTo'] = ({ ssh }) => ({ place: `${ssh.host}:22`, key: `SHA256:${ssh.host}` });
  return { ...hosts, run, wayTo };
}

async function measure(count: number, of: number): Promise<ShardCost> {
  const recordings = await record();
  const inventory = clustersOf(count / perCluster);
  const surroundings = {
    hosts: withVips(inventory, cannedHosts(recordings, recordings.blank)),
    clock: systemClock,
    emit: () => {},
  };
  const planned = async (shard?: Shard): Promise<{ plan: Plan; cpu: number }> => {
    const selection = { limit: [], exclude: [], ...(shard === undefined ? {} : { shard }) };
    const before = process.cpuUsage();
    const plan = await makePlan({ ...requestFor(inventory, false), selection }, surroundings);
    const { user, system } = process.cpuUsage(before);
    return { plan, cpu: (user + system) / 1e6 };
  };
  const whole = await planned();
  const parts: { plan: Plan; cpu: number }[] = [];
  for (let number = 1; number <= of; number += 1) parts.push(await planned({ number, of }));
  const [one, all] = [workDigest([whole.plan]), workDigest(parts.map(({ plan }) => plan))];
  if (whole.plan.transactions.length < count) throw new Error('the plan changes too few hosts');
  if (one.digest !== all.digest) {
    const known = new Set(one.lines);
    throw new Error(`the shards do something else: ${all.lines.find((line) => !known.has(line))}`);
  }
  return {
    hosts: whole.plan.hosts.length,
    digest: one.digest,
    whole: whole.cpu,
    shards: parts.map(({ plan, cpu }) => ({ hosts: plan.hosts.length, cpu })),
  };
}

digestBy(platformSha256);
const [hosts, shards] = process.argv.slice(2).map(Number) as [number, number];
console.log(JSON.stringify(await measure(hosts, shards)));
