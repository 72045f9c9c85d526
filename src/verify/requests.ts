import type { Ask, Question, VirtualService } from '../model/cluster.ts';
import { endpoint } from '../net/address.ts';
import { type Answer, linesOf } from '../shell/answer.ts';
import { hostScript } from '../shell/script.ts';
import { webRequest } from '../shell/curl.ts';
import { line, quote } from '../shell/quote.ts';

/** The result of one request. */
export interface Request {
  /** Undefined if it was answered. */
  readonly failure: string | undefined;
  /** True if it was not sent, since the probe cannot: the failure is not the service's. */
  readonly unsent?: true;
  /** The probe's own end of the connection, as address:port; undefined for a datagram. */
  readonly from: string | undefined;
  /** The first line of the answer. */
  readonly said: string;
}

/** The requests that a probe is to send. */
export interface Errand {
  readonly question: Question;
  readonly count: number;
}

/** The script for a probe: it sends requests, each over a connection of its own, and changes nothing there. */
export function trafficScript(errands: readonly Errand[], frame: string): string {
  return hostScript(
    frame,
    'answer=$(mktemp) || exit 1',
    `trap 'rm -f "$answer"' EXIT`,
    ...errands.map(errandLines),
  );
}

/** Milliseconds that a probe may take for its errands, if each request takes all of its time. */
export function timeFor(errands: readonly Errand[]): number {
  const requests = errands.reduce((sum, { count }) => sum + count, 0);
  return 60_000 + requests * (Number(patience) + 2) * 1000;
}

function errandLines({ question, count }: Errand, index: number): string {
  return `number=0 unanswered=0
while [ $number -lt ${count} ] && [ $unanswered -lt ${mostUnanswered} ]; do
  number=$((number + 1))
  : > "$answer"
  told=$(${asking(question)})
  status=$?
  if [ $status = 0 ]; then unanswered=0; else unanswered=$((unanswered + 1)); fi
  say "request ${index} $number $status"
  printf '%s' "$told" | tr '\\n' ' '
  echo
  head -n 1 "$answer" | head -c 64
done`;
}

/** After this many requests in a row without an answer, no more are sent. */
const mostUnanswered = 3;

/** Seconds that an answer may take. */
const patience = '5';

function asking({ ask, vip, port, host }: Question): string {
  const told = '%{http_code} %{local_ip} %{local_port} %{time_connect}';
  const curl = ['curl', '-sSkg', '--noproxy', '*', '-m', patience, '-w', told];
  switch (ask) {
    case 'http':
    case 'https': {
      const { options, url } = webRequest({
        scheme: ask,
        address: vip,
        port,
        host,
        resolves: true,
        path: '/',
      });
      return `${line([...curl, ...options, '-o'])} "$answer" ${quote(url)} 2>&1`;
    }
    case 'tcp':
      // A silent telnet session: it ends by its time limit, and time_connect says whether it was connected.
      return `${line([...curl, '-m', '2', `telnet://${endpoint(vip, port)}`])} </dev/null 2>&1 || { ended=$?; [ $ended = 28 ] || exit $ended; }`;
    case 'udp': {
      // One read takes one datagram; bash's own `read` would take a byte, and the kernel drop the rest.
      const script = `exec 3<>"/dev/udp/$1/$2" && echo lvsform >&3 && timeout ${patience} dd bs=65535 count=1 <&3 2>/dev/null`;
      return `${line(['bash', '-c', script, 'ask', vip, String(port)])} 2>&1 >"$answer"`;
    }
    case 'none':
      return 'false';
  }
}

/** The results of the errand at `index`. */
export function readRequests(answer: Answer, ask: Ask, index: number): Request[] {
  return [...answer.sections(`request ${index} `)].map(([head, body]) => {
    const status = Number(head.split(' ')[1]);
    const [told = '', said = ''] = body.split('\n');
    const found = /(\d{3}) (\S*) (-?\d+) ([\d.]+)\s*$/.exec(told);
    const [, code = '000', address = '', port = '0', connected = '0'] = found ?? [];
    const from = Number(port) > 0 ? endpoint(address, Number(port)) : undefined;
    const before = found === null ? told : told.slice(0, found.index).trimEnd();
    const unsent = unsentFor(ask, status, before);
    if (unsent !== undefined) return { failure: unsent, unsent: true, from, said };
    return { failure: failureOf(ask, status, before, code, Number(connected)), from, said };
  });
}

/**
 * Statuses with which curl ends before it has sent anything (curl(1)): a protocol that it lacks, no start, an option that it
 * does not know; and a file that it cannot write, or no memory.
 */
const unableCurl: ReadonlySet<number> = new Set([1, 2, 4, 23, 26, 27, 43, 48]);

/** Why the probe cannot send a request. */
function unsentFor(ask: Ask, status: number, before: string): string | undefined {
  const program = ask === 'udp' ? 'bash, or timeout,' : 'curl';
  if (status === 127) return `${program} is not installed there`;
  if (status === 126) return `${program} cannot be run there`;
  if (ask === 'udp')
    return status !== 0 && before.includes('/dev/udp/') && before.includes('No such file')
      ? 'its bash sends no datagrams'
      : undefined;
  if (!unableCurl.has(status)) return undefined;
  return before === '' ? `curl ended with ${status}` : before.slice(0, 500);
}

function failureOf(
  ask: Ask,
  status: number,
  before: string,
  code: string,
  connected: number,
): string | undefined {
  if (ask === 'tcp' && connected > 0) return undefined;
  if (ask === 'udp') {
    if (status === 0) return undefined;
    return status === 124 ? 'no datagram came back' : 'it was refused: nothing listens there';
  }
  if (status !== 0 || ask === 'tcp') {
    const why = before.slice(0, 500).replace(/ after \d+ ms/, '');
    return why === '' ? `no connection (curl ended with ${status})` : why;
  }
  return code.startsWith('5') ? `it was answered with ${code}` : undefined;
}

/** The script for the director: it prints which real server has which connection of the services, by the kernel's table. */
export function connectionsScript(services: readonly VirtualService[], frame: string): string {
  const places = services.flatMap(({ questions }) =>
    questions.flatMap(({ vip, port }) => ['-e', ` ${endpoint(vip, port)} `]),
  );
  return hostScript(
    frame,
    'say connections',
    `ipvsadm -Lnc | ${line(['grep', '-F', ...places])} | head -n ${mostConnections}`,
  );
}

const mostConnections = 20_000;

/** The key of a connection: a client may use one port of its own for several services. */
export function connectionKey(client: string, place: string): string {
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
