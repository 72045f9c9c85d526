import type { Question, VirtualService } from '../model/cluster.ts';
import { serviceName } from '../model/service-key.ts';
import { endpoint } from '../net/address.ts';
import type { Finding } from './finding.ts';
import { boundsOf, type Promised, promiseOf, roundOf } from './promise.ts';
import { connectionKey, type Request } from './requests.ts';

export interface Trial {
  readonly service: VirtualService;
  readonly question: Question;
  readonly cluster: string;
  readonly probe: string;
  readonly requests: readonly Request[];
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** How many lines say what is wrong with one service. */
const mostShown = 20;

/** Compares the answers with what the service promises. */
export function judgeTraffic(trial: Trial): Finding {
  const { service, requests, cluster, probe } = trial;
  if (requests.every(({ unsent }) => unsent === true)) return notSent(trial);
  const asked = requests.length;
  const failures = requests.flatMap(({ failure }) => failure ?? []);
  const answered = asked - failures.length;
  const { counts, quarrels } = whoAnswered(trial);
  const promised = promiseOf(service);
  const unknown = answered - [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shown = [...counts].map(
    ([server, count]) => `${server} ${count}${shareText(promised, server, asked)}`,
  );
  const failed = new Map<string, number>();
  for (const text of failures) failed.set(text, (failed.get(text) ?? 0) + 1);
  const wrong = [
    ...[...failed].map(([text, count]) => `${text} (${count} of ${asked})`),
    ...quarrels,
    ...(failures.length > 0 ? [] : brokenPromises(promised, counts, asked - unknown, othersAsked(trial))),
  ];
  return {
    check: 'traffic',
    // Half of the answers, or more, from real servers that are not known: nothing is known of the shares.
    sound: wrong.length > 0 ? 'no' : unknown > 0 && unknown * 2 >= answered ? 'unsure' : 'yes',
    text: `${cluster}, ${nameOf(trial)} from ${probe}: ${answered} of ${asked} answered${
      shown.length === 0 ? '' : `, ${service.scheduler}: ${shown.join(', ')}`
    }${unknown > 0 ? `, ${unknown} by an unknown real server` : ''}`,
    details: wrong.slice(0, mostShown),
    ...(failures.length === 0
      ? {}
      : { hint: 'look at the connections on the director: ipvsadm -Lnc; and at the real servers: ss -lntu' }),
  };
}

/** The probe could not send a request: that says nothing about the service. */
function notSent(trial: Trial): Finding {
  const why = [...new Set(trial.requests.flatMap(({ failure }) => failure ?? []))];
  return {
    check: 'traffic',
    sound: 'unsure',
    text: `${trial.cluster}, ${nameOf(trial)} from ${trial.probe}: no request could be sent`,
    details: why.slice(0, mostShown),
    hint: `install there what it needs: ${trial.question.ask === 'udp' ? 'bash, coreutils' : 'curl'}`,
  };
}

/** The name of a service; with the place that was asked, since a firewall mark has several. */
function nameOf({ service, question: { protocol, vip, port } }: Trial): string {
  const name = serviceName(service);
  const asked = `${protocol} ${endpoint(vip, port)}`;
  return name === asked ? name : `${name}, ${asked}`;
}

function shareText(promised: Promised, server: string, asked: number): string {
  if (promised.kind !== 'shares') return '';
  const share = ((promised.turns.get(server) ?? 0) / roundOf(promised.turns)) * asked;
  return ` (expected ${Number.isInteger(share) ? share : share.toFixed(1)})`;
}

/** The real server, by the director's table, and by the answer if that begins with a real server's name. They must agree. */
function whoAnswered({ service, question, requests, after }: Trial): {
  counts: Map<string, number>;
  quarrels: string[];
} {
  const answering = [...service.destinations, ...(service.sorry === undefined ? [] : [service.sorry])];
  const counts = new Map<string, number>(answering.map(({ server }) => [server, 0]));
  const quarrels = new Set<string>();
  const names = new Map(
    answering.map((each) => [endpoint(each.address, each.port || question.port), each.server]),
  );
  let known = 0;
  for (const { failure, from, said } of requests) {
    if (failure !== undefined) continue;
    const place =
      from === undefined ? undefined : after.get(connectionKey(from, endpoint(question.vip, question.port)));
    const sent = place === undefined ? undefined : (names.get(place) ?? place);
    const [word = ''] = said.split(' ');
    const named = counts.has(word) ? word : undefined;
    if (sent !== undefined && named !== undefined && sent !== named) {
      quarrels.add(`the director sent to ${sent}, but ${named} answered`);
    }
    const who = named ?? sent;
    if (who === undefined) continue;
    known += 1;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return { counts: known === 0 ? new Map() : counts, quarrels: [...quarrels] };
}

/** True if others used the service meanwhile, and so took some of the turns. */
function othersAsked({ question, requests, before, after }: Trial): boolean {
  const place = endpoint(question.vip, question.port);
  const ours = new Set(requests.map(({ from }) => connectionKey(from ?? '', place)));
  return [...after.keys()].some((key) => key.endsWith(` ${place}`) && !before.has(key) && !ours.has(key));
}

function brokenPromises(
  promised: Promised,
  counts: ReadonlyMap<string, number>,
  known: number,
  others: boolean,
): string[] {
  if (known === 0) return [];
  const answered = [...counts].filter(([, count]) => count > 0).map(([server]) => server);
  const able = promised.kind === 'shares' ? [...promised.turns.keys()] : promised.of;
  const strangers = answered
    .filter((server) => !able.includes(server))
    .map((server) => `${server} answered, but should get no requests`);
  if (promised.kind === 'one') {
    return answered.length > 1
      ? [...strangers, `${answered.join(' and ')} answered, but one of them should answer everything`]
      : strangers;
  }
  if (promised.kind === 'some') return strangers;
  const round = roundOf(promised.turns);
  const uneven = [...promised.turns].flatMap(([server, turns]) => {
    const count = counts.get(server) ?? 0;
    const share = turns / round;
    const mean = share * known;
    const { least, most } = boundsOf(turns, round, known);
    // One more or less may come from an unseen client. With other clients in between, the shares are random.
    const chance = others ? 4 * Math.sqrt(known * share * (1 - share)) : 0;
    return count < Math.min(least, mean - 1) - chance || count > Math.max(most, mean + 1) + chance
      ? [`${server} answered ${count} times, but should answer ${mean.toFixed(1)} times`]
      : [];
  });
  return [...strangers, ...uneven];
}
