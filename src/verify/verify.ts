import pLimit from 'p-limit';
import { type CarriedVip, carriedVips } from '../components/vips.ts';
import type { Cluster, Host } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import type { Answer } from '../shell/answer.ts';
import { HostFailure } from '../port.ts';
import { bindings } from './bindings.ts';
import { type ClockAnswer, clockScript, judgeClocks, type Offset, offsetOf } from './clocks.ts';
import type { Finding } from './finding.ts';
import { type Holders, holderOf, judgeHolders, soleHolders } from './holders.ts';
import { ask, type Means, type VerifyRequest } from './means.ts';
import { judgeListening, readSockets, type Sockets, socketsScript } from './listening.ts';
import { arpScript, judgeArp, notAsked } from './neighbours.ts';
import { requestsFor } from './promise.ts';
import { connectionsScript, readConnections, readRequests, timeFor, trafficScript } from './requests.ts';
import { judgeTraffic } from './traffic.ts';

/** Checks beyond drift: which hosts listen, which answer ARP, whether clocks agree, and which real servers answer requests. */
export async function verify(
  request: VerifyRequest,
  means: Means,
): Promise<{ findings: Finding[]; unreachable: boolean }> {
  const { inventory, parallelism } = request;
  const limit = pLimit(parallelism);
  const chosen = inventory.hosts.filter(({ name, managed }) => managed && request.hosts.has(name));
  means.tell('asking the hosts, and sending requests from the probes');
  const looks = await Promise.all(chosen.map((host) => limit(() => look(host, means))));
  const known = looks.filter((each) => each !== undefined);
  const sockets = new Map(known.map((each) => [each.host, each.sockets]));
  const holders = new Map(
    inventory.clusters.map((cluster) => [cluster, holderOf(cluster, request.hosts, sockets)] as const),
  );
  const alone = soleHolders(holders);
  const [arps, traffic] = await Promise.all([
    Promise.all(chosen.map((host) => limit(() => arpFrom(host, alone, means)))),
    trafficOfAll(request, holders, means),
  ]);
  return {
    findings: [
      ...judgeClocks(known.flatMap(({ offset }) => offset ?? [])),
      ...inventory.clusters.flatMap((cluster) => judgeHolders(cluster, sockets)),
      ...inventory.clusters.flatMap((cluster) => judgeListening(cluster, sockets)),
      ...(await bindings(alone, sockets, means)),
      ...arps.flatMap((arp) => (arp === undefined ? [] : judgeAnswer(arp, sockets))),
      ...traffic.findings,
    ],
    unreachable: traffic.unreachable,
  };
}

interface Look {
  readonly host: string;
  readonly sockets: Sockets;
  readonly offset: Offset | undefined;
}

/** A clock that is known less exactly than this, in seconds, is asked again. */
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
    if (offset !== undefined && !offset.moved && offset.most - offset.least < doubt) break;
  }
  return sockets === undefined
    ? undefined
    : { host: host.name, sockets, offset: offsetOf(host.name, answers) };
}

async function arpFrom(host: Host, holders: Holders, means: Means): Promise<Asked | undefined> {
  const roles = [...holders].flatMap(([cluster, director]) =>
    director?.name === host.name ? [{ cluster, director }] : [],
  );
  const vips = [...carriedVips(roles)].flatMap(([{ arp }, carried]) =>
    carried.filter(({ address }) => arp !== 'static' && familyOf(address) === 'ipv4'),
  );
  if (vips.length === 0) return undefined;
  const answer = await ask(host, (frame) => arpScript(vips, frame), means, 60_000 + vips.length * 4000);
  return { director: host.name, vips, answer };
}

/** The answer of a director that asked by ARP for its VIPs, or why there is none. */
interface Asked {
  readonly director: string;
  readonly vips: readonly CarriedVip[];
  readonly answer: Answer | HostFailure;
}

function judgeAnswer({ director, vips, answer }: Asked, sockets: ReadonlyMap<string, Sockets>): Finding[] {
  return answer instanceof HostFailure
    ? vips.map(({ address }) => notAsked(address, `${director} did not answer: ${answer.message}`))
    : judgeArp(director, vips, answer, sockets);
}

/** Tests one cluster and one probe after another, so that they do not take one another's turns. */
async function trafficOfAll(
  request: VerifyRequest,
  holders: Holders,
  means: Means,
): Promise<{ findings: Finding[]; unreachable: boolean }> {
  const findings: Finding[] = [];
  let unreachable = false;
  for (const cluster of request.inventory.clusters) {
    const director = holders.get(cluster);
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
    text: `${name}: no requests were sent, since it has no probes`,
    details: [],
    hint: 'name a host that can send requests like a client: probes: { NAME: ADDRESS }',
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
  const answer = await ask(probe, (frame) => trafficScript(errands, frame), means, timeFor(errands));
  if (answer instanceof HostFailure) return answer;
  const after = await connections();
  const trial = { cluster: cluster.name, probe: probe.name, before, after };
  return asked.map(({ service, question }, index) =>
    judgeTraffic({ ...trial, service, question, requests: readRequests(answer, question.ask, index) }),
  );
}
