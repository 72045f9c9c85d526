import type { Ask, VirtualService } from '../model/cluster.ts';
import { endpoint } from '../net/address.ts';
import { type Answer, linesOf } from '../observe/answer.ts';
import { readable } from '../resources/ipvs-words.ts';
import { opening } from '../shell/prelude.ts';
import { line, quote } from '../shell/quote.ts';
import type { Finding } from './finding.ts';
import { type Promised, promiseOf } from './promise.ts';

/** What became of one request. */
export interface Request {
  /** Undefined where it was answered. */
  readonly failure: string | undefined;
  /** The probe's own end of the connection, as address:port; undefined for a datagram. */
  readonly from: string | undefined;
  /** The first line of what came back. */
  readonly said: string;
}

/** What a probe is to ask. */
export interface Errand {
  readonly service: VirtualService;
  readonly count: number;
}

/** The script for a probe: requests, each over a connection of its own. It changes nothing there. */
export function trafficScript(errands: readonly Errand[], frame: string): string {
  return `${opening(frame)}
answer=$(mktemp) || exit 1
trap 'rm -f "$answer"' EXIT
${errands.map(requests).join('')}say end
`;
}

function requests({ service: { ask, vip, port }, count }: Errand, index: number): string {
  return `number=0 unanswered=0
while [ $number -lt ${count} ] && [ $unanswered -lt ${mostUnanswered} ]; do
  number=$((number + 1))
  : > "$answer"
  told=$(${asking(ask, vip, port)})
  status=$?
  if [ $status = 0 ]; then unanswered=0; else unanswered=$((unanswered + 1)); fi
  say "request ${index} $number $status"
  printf '%s\\n' "$told"
  head -n 1 "$answer" | head -c 64
done
`;
}

/** After so many requests in a row without an answer, no more are made. */
const mostUnanswered = 3;

/** Seconds that an answer may take. */
const patience = '5';

function asking(ask: Ask, vip: string, port: number): string {
  const told = '%{http_code} %{local_ip} %{local_port} %{time_connect}';
  const curl = ['curl', '-sSk', '--noproxy', '*', '-m', patience, '-w', told];
  switch (ask) {
    case 'http':
    case 'https':
      return `${line([...curl, '-o'])} "$answer" ${quote(`${ask}://${endpoint(vip, port)}/`)} 2>&1`;
    case 'tcp':
      // curl leaves a telnet session at the end of its input; that the connection stood is all that is asked.
      return `${line([...curl, `telnet://${endpoint(vip, port)}`])} </dev/null 2>&1`;
    case 'udp': {
      // One read takes one datagram; bash's own `read` would take a byte, and the kernel drop the rest.
      const script = `exec 3<>"/dev/udp/$1/$2" && echo lvsform >&3 && timeout ${patience} dd bs=65535 count=1 <&3 2>/dev/null`;
      return `${line(['bash', '-c', script, 'ask', vip, String(port)])} 2>&1 >"$answer"`;
    }
    case 'none':
      return 'false';
  }
}

/** What became of the errand at `index`. */
export function readRequests(answer: Answer, ask: Ask, index: number): Request[] {
  return [...answer.sections(`request ${index} `)].map(([head, body]) => {
    const status = Number(head.split(' ')[1]);
    const [told = '', said = ''] = body.split('\n');
    const found = /(\d{3}) (\S*) (-?\d+) ([\d.]+)\s*$/.exec(told);
    const [, code = '000', address = '', port = '0', connected = '0'] = found ?? [];
    const from = Number(port) > 0 ? endpoint(address, Number(port)) : undefined;
    return { failure: failureOf(ask, status, told, code, Number(connected)), from, said };
  });
}

function failureOf(
  ask: Ask,
  status: number,
  told: string,
  code: string,
  connected: number,
): string | undefined {
  if (ask === 'tcp' && connected > 0) return undefined;
  if (status === 127) return `${ask === 'udp' ? 'bash' : 'curl'} is not installed there`;
  if (ask === 'udp') return status === 0 ? undefined : 'no datagram came back';
  if (status !== 0) {
    const why = told.replace(/\s*\d{3} \S* -?\d+ [\d.]+\s*$/, '').replace(/ after \d+ ms/, '');
    return why === '' ? `curl ended with ${status}` : why;
  }
  return ask !== 'tcp' && code.startsWith('5') ? `it was answered with ${code}` : undefined;
}

/** The script for the director: which connection of the services goes to which real server, by its own table. */
export function connectionsScript(services: readonly VirtualService[], frame: string): string {
  const places = services.flatMap(({ vip, port }) => ['-e', ` ${endpoint(vip, port)} `]);
  return `${opening(frame)}
say connections
ipvsadm -Lnc | ${line(['grep', '-F', ...places])} | head -n ${mostConnections}
say end
`;
}

const mostConnections = 20_000;

/** Whose connection an entry is: a client may use one port of its own for several services. */
function connectionKey(client: string, place: string): string {
  return `${client} ${place}`;
}

/** The real server's end (address:port) of each of the services' connections, by `connectionKey`. */
export function readConnections(answer: Answer): Map<string, string> {
  return new Map(
    linesOf(answer.section('connections')).flatMap((text) => {
      const [, , , client = '', place = '', destination = ''] = text.trim().split(/\s+/);
      // A persistence template has port 0 for the client's.
      return client.endsWith(':0') ? [] : [[connectionKey(client, place), destination] as const];
    }),
  );
}

export interface Trial {
  readonly service: VirtualService;
  readonly cluster: string;
  readonly probe: string;
  readonly requests: readonly Request[];
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** Holds what came back against what the service promises. */
export function judgeTraffic(trial: Trial): Finding {
  const { service, requests, cluster, probe } = trial;
  const asked = requests.length;
  const failures = requests.flatMap(({ failure }) => failure ?? []);
  const { counts, quarrels } = whoAnswered(trial);
  const promised = promiseOf(service);
  const unknown = asked - failures.length - [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shown = [...counts].map(([server, count]) => `${server} ${count}${shareText(promised, server, asked)}`);
  const wrong = [
    ...[...new Set(failures)].map((text) => `${text} (${failures.filter((each) => each === text).length} of ${asked})`),
    ...quarrels,
    ...(failures.length > 0 ? [] : brokenPromises(promised, counts, asked - unknown, othersAsked(trial))),
  ];
  return {
    check: 'traffic',
    sound: wrong.length > 0 ? 'no' : unknown > 0 && counts.size === 0 ? 'unsure' : 'yes',
    text: `${cluster}, ${readable(keyOf(service))} from ${probe}: ${asked - failures.length} of ${asked} answered${
      shown.length === 0 ? '' : `, ${service.scheduler}: ${shown.join(', ')}`
    }${unknown > 0 ? `, ${unknown} by nobody knows whom` : ''}`,
    details: wrong,
    ...(failures.length === 0
      ? {}
      : { hint: 'see what the director makes of it: ipvsadm -Lnc; and the real servers: ss -lntu' }),
  };
}

function keyOf({ protocol, vip, port }: VirtualService): string {
  return `${protocol === 'tcp' ? '-t' : '-u'} ${endpoint(vip, port)}`;
}

function shareText(promised: Promised, server: string, asked: number): string {
  if (promised.kind !== 'shares') return '';
  const share = (promised.shares.get(server) ?? 0) * asked;
  return ` (promised ${Number.isInteger(share) ? share : share.toFixed(1)})`;
}

/** By the director's table, and by what the answer says where it begins with a real server's name. They must agree. */
function whoAnswered({ service, requests, after }: Trial): {
  counts: Map<string, number>;
  quarrels: string[];
} {
  const counts = new Map<string, number>(service.destinations.map(({ server }) => [server, 0]));
  const quarrels = new Set<string>();
  const names = new Map(service.destinations.map((each) => [endpoint(each.address, each.port), each.server]));
  let known = 0;
  for (const { failure, from, said } of requests) {
    if (failure !== undefined) continue;
    const place = from === undefined ? undefined : after.get(connectionKey(from, endpoint(service.vip, service.port)));
    const sent = place === undefined ? undefined : (names.get(place) ?? place);
    const [word = ''] = said.split(' ');
    const named = counts.has(word) ? word : undefined;
    if (sent !== undefined && named !== undefined && sent !== named) {
      quarrels.add(`the director sent to ${sent}, and ${named} answered`);
    }
    const who = named ?? sent;
    if (who === undefined) continue;
    known += 1;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return { counts: known === 0 ? new Map() : counts, quarrels: [...quarrels] };
}

/** True where others used the service meanwhile, and so had some of the turns. */
function othersAsked({ service, requests, before, after }: Trial): boolean {
  const place = endpoint(service.vip, service.port);
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
  const able = promised.kind === 'shares' ? [...promised.shares.keys()] : promised.of;
  const strangers = answered
    .filter((server) => !able.includes(server))
    .map((server) => `${server} answered, and was promised nothing`);
  if (promised.kind === 'one') {
    return answered.length > 1
      ? [...strangers, `${answered.join(' and ')} answered, and one of them was to answer everything`]
      : strangers;
  }
  if (promised.kind === 'some') return strangers;
  const uneven = [...promised.shares].flatMap(([server, share]) => {
    const count = counts.get(server) ?? 0;
    // A round may be begun and left unfinished: one more or less. With others in between, it is as good as chance.
    const margin = 1 + (others ? 4 * Math.sqrt(known * share * (1 - share)) : 0);
    return Math.abs(count - share * known) > margin
      ? [`${server} answered ${count} times, and was promised ${(share * known).toFixed(1)}`]
      : [];
  });
  return [...strangers, ...uneven];
}
