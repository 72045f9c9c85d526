import pLimit from 'p-limit';
import { type CarriedVip, carriedVips } from '../components/vips.ts';
import type { Cluster, Host, Inventory, VirtualService } from '../model/cluster.ts';
import { type Answer, parseAnswer } from '../observe/answer.ts';
import { targetOf } from '../plan/target.ts';
import { type Clock, HostFailure, type Hosts } from '../port.ts';
import { clockScript, judgeClocks, type Offset, offsetOf } from './clocks.ts';
import type { Finding } from './finding.ts';
import {
  arpScript,
  judgeArp,
  judgeListening,
  readSockets,
  type Sockets,
  socketsScript,
} from './neighbours.ts';
import { requestsFor } from './promise.ts';
import { connectionsScript, judgeTraffic, readConnections, readRequests, trafficScript } from './traffic.ts';

export interface VerifyRequest {
  readonly inventory: Inventory;
  /** The hosts that are selected and can be reached. */
  readonly hosts: ReadonlySet<string>;
  /** To each service from each probe; undefined for as many as show what it promises. */
  readonly requests: number | undefined;
  readonly parallelism: number;
}

interface Means {
  readonly hosts: Hosts;
  readonly clock: Clock;
  /** A line of progress. */
  readonly tell: (text: string) => void;
}

/** Looks beyond drift: who listens, who answers ARP, what the clocks say, and who answers real requests. */
export async function verify(
  request: VerifyRequest,
  means: Means,
): Promise<{ findings: Finding[]; unreachable: boolean }> {
  const { inventory, parallelism } = request;
  const limit = pLimit(parallelism);
  const chosen = inventory.hosts.filter(({ name, managed }) => managed && request.hosts.has(name));
  means.tell('asking the hosts what they listen on, and for the time');
  const [sockets, offsets] = await Promise.all([
    Promise.all(chosen.map((host) => limit(() => socketsOf(host, means)))),
    Promise.all(chosen.map((host) => limit(() => clockOf(host, means)))),
  ]);
  const known = new Map(
    sockets.flatMap((each, index) => (each === undefined ? [] : [[chosen[index]!.name, each] as const])),
  );
  means.tell('asking who answers ARP for the VIPs');
  const arp = await Promise.all(chosen.map((host) => limit(() => arpFrom(host, inventory, known, means))));
  const findings = [
    ...judgeClocks(offsets.filter((offset) => offset !== undefined)),
    ...inventory.clusters.flatMap((cluster) => judgeListening(cluster, known)),
    ...arp.flat(),
  ];
  let unreachable = false;
  for (const cluster of inventory.clusters) {
    const traffic = await trafficOf(cluster, request, means);
    findings.push(...traffic.findings);
    unreachable ||= traffic.unreachable;
  }
  return { findings, unreachable };
}

/** A host's answer, or undefined where it is suddenly out of reach. */
async function ask(
  host: Host,
  script: (frame: string) => string,
  { hosts, clock }: Means,
): Promise<Answer | HostFailure> {
  const frame = clock.random();
  try {
    return parseAnswer(await hosts.run(targetOf(host), script(frame)), frame);
  } catch (error) {
    if (error instanceof HostFailure) return error;
    throw error;
  }
}

async function socketsOf(host: Host, means: Means): Promise<Sockets | undefined> {
  const answer = await ask(host, socketsScript, means);
  return answer instanceof HostFailure ? undefined : readSockets(answer);
}

async function clockOf(host: Host, { hosts, clock }: Means): Promise<Offset | undefined> {
  const answers: { sent: number; got: number; said: string }[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const sent = clock.now().getTime();
    const said = await hosts.run(targetOf(host), clockScript).catch((error: unknown) => {
      if (error instanceof HostFailure) return '';
      throw error;
    });
    answers.push({ sent, got: clock.now().getTime(), said });
  }
  return offsetOf(host.name, answers);
}

async function arpFrom(
  host: Host,
  { clusters }: Inventory,
  sockets: ReadonlyMap<string, Sockets>,
  means: Means,
): Promise<Finding[]> {
  const roles = clusters.flatMap((cluster) => {
    const director = cluster.directors.find(({ name, active }) => active && name === host.name);
    return director === undefined ? [] : [{ cluster, director }];
  });
  const vips: CarriedVip[] = [...carriedVips(roles).values()].flat();
  if (vips.length === 0) return [];
  const answer = await ask(host, (frame) => arpScript(vips, frame), means);
  return answer instanceof HostFailure ? [] : judgeArp(host.name, vips, answer, sockets);
}

async function trafficOf(
  cluster: Cluster,
  request: VerifyRequest,
  means: Means,
): Promise<{ findings: Finding[]; unreachable: boolean }> {
  const director = cluster.directors.find(({ active, name }) => active && request.hosts.has(name));
  if (director === undefined) return { findings: [], unreachable: false };
  if (cluster.probes.length === 0) return { findings: [nobodyAsks(cluster)], unreachable: false };
  const findings: Finding[] = [];
  let unreachable = false;
  for (const probe of cluster.probes) {
    for (const service of cluster.services) {
      if (service.ask === 'none') continue;
      means.tell(`asking ${service.vip}:${service.port} from ${probe.name}`);
      const count = request.requests ?? requestsFor(service);
      const finding = await trial(cluster, service, probe, director, count, means);
      if (finding instanceof HostFailure) {
        unreachable = true;
        findings.push({
          check: 'traffic',
          sound: 'unsure',
          text: `${cluster.name}: ${probe.name} cannot be reached: ${finding.message}`,
          details: [],
        });
        break;
      }
      findings.push(finding);
    }
  }
  return { findings, unreachable };
}

function nobodyAsks({ name }: Cluster): Finding {
  return {
    check: 'traffic',
    sound: 'unsure',
    text: `${name}: nobody asked its services, since it has no probes`,
    details: [],
    hint: 'name a host from which clients’ requests can be made: probes: { NAME: ADDRESS }',
  };
}

async function trial(
  cluster: Cluster,
  service: VirtualService,
  probe: Host,
  director: Host,
  count: number,
  means: Means,
): Promise<Finding | HostFailure> {
  const connections = async (): Promise<Map<string, string>> => {
    const answer = await ask(director, (frame) => connectionsScript(service, frame), means);
    return answer instanceof HostFailure ? new Map() : readConnections(answer);
  };
  const before = await connections();
  const answer = await ask(probe, (frame) => trafficScript(service, count, frame), means);
  if (answer instanceof HostFailure) return answer;
  const after = await connections();
  const requests = readRequests(answer, service.ask);
  return judgeTraffic({ service, cluster: cluster.name, probe: probe.name, requests, before, after });
}
