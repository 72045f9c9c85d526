import pLimit from 'p-limit';
import { type CarriedVip, carriedVips } from '../components/vips.ts';
import type { Cluster, Host, Inventory } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import { type Answer, parseAnswer } from '../observe/answer.ts';
import { targetOf } from '../plan/target.ts';
import { type Clock, HostFailure, type Hosts } from '../port.ts';
import { type ClockAnswer, clockScript, judgeClocks, type Offset, offsetOf } from './clocks.ts';
import type { Finding } from './finding.ts';
import {
  arpScript,
  judgeArp,
  judgeBinding,
  judgeListening,
  neighboursScript,
  readSockets,
  type Sockets,
  socketsScript,
} from './neighbours.ts';
import { requestsFor } from './promise.ts';
import { connectionsScript, readConnections, readRequests, trafficScript } from './requests.ts';
import { judgeTraffic } from './traffic.ts';

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
  means.tell('asking the hosts, and from the probes');
  const [looks, arps, traffic] = await Promise.all([
    Promise.all(chosen.map((host) => limit(() => look(host, means)))),
    Promise.all(chosen.map((host) => limit(() => arpFrom(host, inventory, means)))),
    trafficOfAll(request, means),
  ]);
  const known = looks.filter((each) => each !== undefined);
  const sockets = new Map(known.map((each) => [each.host, each.sockets]));
  return {
    findings: [
      ...judgeClocks(known.flatMap(({ offset }) => offset ?? [])),
      ...inventory.clusters.flatMap((cluster) => judgeListening(cluster, sockets)),
      ...(await bindings(inventory, sockets, request, means)),
      ...arps.flatMap((arp) =>
        arp === undefined ? [] : judgeArp(arp.director, arp.vips, arp.answer, sockets),
      ),
      ...traffic.findings,
    ],
    unreachable: traffic.unreachable,
  };
}

/** A host's answer, or why there is none. */
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

interface Look {
  readonly host: string;
  readonly sockets: Sockets;
  readonly offset: Offset | undefined;
}

/** Seconds of doubt about a clock above which it is asked again. */
const doubt = 0.5;
const mostTries = 3;

async function look(host: Host, means: Means): Promise<Look | undefined> {
  const now = (): number => means.clock.now().getTime();
  const answers: ClockAnswer[] = [];
  let sockets: Sockets | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const sent = now();
    const answer = await ask(host, sockets === undefined ? socketsScript : clockScript, means);
    if (answer instanceof HostFailure) break;
    answers.push({ sent, got: now(), said: answer.section('clock') ?? '' });
    sockets ??= readSockets(answer);
    const offset = offsetOf(host.name, answers);
    if (offset !== undefined && offset.most - offset.least < doubt) break;
  }
  return sockets === undefined
    ? undefined
    : { host: host.name, sockets, offset: offsetOf(host.name, answers) };
}

async function arpFrom(
  host: Host,
  { clusters }: Inventory,
  means: Means,
): Promise<{ director: string; vips: CarriedVip[]; answer: Answer } | undefined> {
  const roles = clusters.flatMap((cluster) => {
    const director = cluster.directors.find(({ name, active }) => active && name === host.name);
    return director === undefined ? [] : [{ cluster, director }];
  });
  const vips = [...carriedVips(roles)].flatMap(([{ arp }, carried]) =>
    carried.filter(({ address }) => arp !== 'static' && familyOf(address) === 'ipv4'),
  );
  if (vips.length === 0) return undefined;
  const answer = await ask(host, (frame) => arpScript(vips, frame), means);
  return answer instanceof HostFailure ? undefined : { director: host.name, vips, answer };
}

/** Where real servers may answer ARP, whether the probes that are neighbours know the VIPs' place by heart. */
async function bindings(
  { clusters }: Inventory,
  sockets: ReadonlyMap<string, Sockets>,
  request: VerifyRequest,
  means: Means,
): Promise<Finding[]> {
  const found = clusters
    .filter(({ arp }) => arp === 'static')
    .map(async (cluster) => {
      const director = cluster.directors.find(({ active, name }) => active && request.hosts.has(name));
      if (director === undefined) return [];
      const vips = carriedVips([{ cluster, director }])
        .get(cluster)!
        .filter(({ address }) => familyOf(address) === 'ipv4');
      const script = (frame: string): string =>
        neighboursScript(
          vips.map(({ address }) => address),
          frame,
        );
      const answers = await Promise.all(
        cluster.probes.map(async (probe) => [probe.name, await ask(probe, script, means)] as const),
      );
      const probes = new Map(
        answers.flatMap(([name, answer]) => (answer instanceof HostFailure ? [] : [[name, answer] as const])),
      );
      return vips.map((vip) => judgeBinding(vip, director.name, sockets, probes));
    });
  return (await Promise.all(found)).flat();
}

/** One cluster after the other, and one probe after the other, so that they do not take one another's turns. */
async function trafficOfAll(
  request: VerifyRequest,
  means: Means,
): Promise<{ findings: Finding[]; unreachable: boolean }> {
  const findings: Finding[] = [];
  let unreachable = false;
  for (const cluster of request.inventory.clusters) {
    const director = cluster.directors.find(({ active, name }) => active && request.hosts.has(name));
    if (director === undefined) continue;
    if (cluster.probes.length === 0) findings.push(nobodyAsks(cluster));
    for (const probe of cluster.probes) {
      const found = await trafficFrom(probe, cluster, director, request.requests, means);
      findings.push(...(found instanceof HostFailure ? [outOfReach(cluster, probe, found)] : found));
      unreachable ||= found instanceof HostFailure;
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

function outOfReach(cluster: Cluster, probe: Host, { message }: HostFailure): Finding {
  return {
    check: 'traffic',
    sound: 'unsure',
    text: `${cluster.name}: the probe ${probe.name} cannot be reached: ${message}`,
    details: [],
  };
}

async function trafficFrom(
  probe: Host,
  cluster: Cluster,
  director: Host,
  requests: number | undefined,
  means: Means,
): Promise<Finding[] | HostFailure> {
  const { services } = cluster;
  const asked = services.flatMap((service) =>
    service.questions.filter(({ ask: how }) => how !== 'none').map((question) => ({ service, question })),
  );
  if (asked.length === 0) return [];
  const connections = async (): Promise<Map<string, string>> => {
    const answer = await ask(director, (frame) => connectionsScript(services, frame), means);
    return answer instanceof HostFailure ? new Map() : readConnections(answer);
  };
  const before = await connections();
  const errands = asked.map(({ service, question }) => ({
    question,
    count: requests ?? requestsFor(service),
  }));
  const answer = await ask(probe, (frame) => trafficScript(errands, frame), means);
  if (answer instanceof HostFailure) return answer;
  const after = await connections();
  const trial = { cluster: cluster.name, probe: probe.name, before, after };
  return asked.map(({ service, question }, index) =>
    judgeTraffic({ ...trial, service, question, requests: readRequests(answer, question.ask, index) }),
  );
}
