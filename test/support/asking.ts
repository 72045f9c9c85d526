import { readFile } from 'node:fs/promises';
import { line } from '../../src/shell/quote.ts';
import type { LabWorld } from './lab.ts';

/** One request of a client that asks again and again, each time over a new connection. */
interface Asked {
  /** The client's. */
  readonly port: number;
  /** Seconds since 1970, by the client's clock, when the answer was there or the client gave up. */
  readonly at: number;
  /** Who answered; undefined where nobody did. */
  readonly by: string | undefined;
  /** Seconds until the answer was there, or the client gave up. */
  readonly took: number;
  /** What curl said, where nobody answered. */
  readonly error: string;
}

export interface Watched {
  readonly requests: readonly Asked[];
  readonly failed: number;
  /** Seconds from the last answer before the first failure to the first after the last one; 0 where none failed. */
  readonly outage: number;
  /** Seconds that the slowest request took. */
  readonly slowest: number;
  /** Who answered last. */
  readonly last: string | undefined;
}

/** Watches a service from a client, request by request, while `act` goes on; a request is given up after a second. */
export function watched(world: LabWorld, url: string, act: () => Promise<void>): Promise<Watched> {
  return asked(world, 'client', url, act, 1, () => {});
}

/**
 * The same where no request may be lost: five seconds tell one that is lost from one that a loaded machine answers
 * late. Throws with how the hosts were just after the first one was lost.
 */
export async function unharmed(
  world: LabWorld,
  url: string,
  act: () => Promise<void>,
  client = 'client',
): Promise<Watched> {
  let scene: Promise<string> | undefined;
  const seen = await asked(world, client, url, act, 5, () => (scene ??= sceneOf(world, url).catch(String)));
  if (seen.failed === 0) return seen;
  const lost = seen.requests.filter(({ by }) => by === undefined);
  const told = lost.map(
    ({ port, at, took, error }) => `from port ${port}, given up at ${at} after ${took} s: ${error}`,
  );
  throw new Error(
    `${await scene}\n${told.join('\n')}\n${lost.length} of ${seen.requests.length} requests lost, in ${seen.outage.toFixed(1)} s`,
  );
}

/**
 * Each request comes from a port of its own, below those that the kernel gives (32768): a director remembers a port that
 * was refused for a minute, and what it does with one that is taken anew is a question of its own, not one of chance.
 */
async function asked(
  world: LabWorld,
  client: string,
  url: string,
  act: () => Promise<void>,
  patience: number,
  onLost: () => void,
): Promise<Watched> {
  const flag = `/tmp/asking-${Math.random().toString(36).slice(2)}`;
  const format = '%{stderr}%{http_code} %{time_total} %{errormsg}\\n';
  const curl = line(['curl', '-s', '-m', String(patience), '-w', format, url]);
  const request = `port=$((port + 1)); ${curl} --local-port $port 2>${flag}.told | tr -d '\\n'; date '+ %s.%N' | tr '\\n' ' '; cat ${flag}.told`;
  const asking = world.talk(
    client,
    `touch ${flag}; port=${world.freshPort}; while [ -e ${flag} ]; do ${request}; done; rm ${flag}.told`,
  );
  const first = world.freshPort + 1;
  const answers = (): string[] => asking.said().split('\n').slice(0, -1);
  const stop = async (): Promise<void> => {
    await world.on(client, `rm ${flag}`);
    await asking.say('');
  };
  asking.onSaid(() => {
    if (answers().some((answer) => !answered.test(answer))) onLost();
  });
  try {
    await world.until('the client asks', 20, () => Promise.resolve(answers().length > 0));
    await act();
    // What the act leads to is asked, too.
    const enough = answers().length + 5;
    await world.until('the client goes on asking', 20, () => Promise.resolve(answers().length >= enough));
  } finally {
    await stop();
    world.freshPort += answers().length;
  }
  return judged(answers(), first);
}

const answered = /^\S* [\d.]+ 200 /;

/** `rs1 1795240000.5 200 0.02 `, or ` 1795240000.5 000 1.001 Connection timed out` where nobody answered. */
function judged(answers: readonly string[], firstPort: number): Watched {
  const requests = answers.map((text, index): Asked => {
    const [, name = '', at, code, took, error = ''] =
      /^(\S*) ([\d.]+) (\d{3}) ([\d.]+) (.*)$/.exec(text) ?? [];
    return {
      port: firstPort + index,
      at: Number(at),
      by: code === '200' ? name : undefined,
      took: Number(took),
      error,
    };
  });
  const first = requests.findIndex(({ by }) => by === undefined);
  const last = requests.findLastIndex(({ by }) => by === undefined);
  const before = requests[first - 1] ?? requests[0]!;
  const after = requests[last + 1];
  return {
    requests,
    failed: requests.filter(({ by }) => by === undefined).length,
    outage: first < 0 ? 0 : (after?.at ?? Infinity) - before.at,
    slowest: Math.max(...requests.map(({ took }) => took)),
    last: requests.at(-1)?.by,
  };
}

/**
 * What may tell why a request was lost: on every host its neighbours, connections, counters, and the packets of the
 * next seconds, in which the client goes on asking; how busy this machine was.
 */
async function sceneOf(world: LabWorld, url: string): Promise<string> {
  const ask =
    'cat /proc/uptime /proc/loadavg; ip -o neigh; ipvsadm -Sn; ipvsadm -Lnc | head -15; nstat -az | grep -E "Drop|Discard|Overflow|Retrans|NoRoute|Err|Filter" | grep -v " 0  "';
  const { port } = new URL(url);
  // New connections, and what is said about them.
  const packets = `timeout 7 tcpdump -l -nn -e -c 15 -i any 'arp or icmp or (tcp[13] & 2 != 0) or (ip6 and tcp port ${port === '' ? 80 : port})'; cat /proc/uptime`;
  const hosts = world.lab.machines.map(({ name }) => name);
  const told = await Promise.all(
    hosts.map(async (host) => {
      const said = await Promise.all(
        [ask, packets].map((script) => world.on(host, `{ ${script}; } 2>/dev/null || true`).catch(String)),
      );
      return `-- ${host}\n${said.join('\n')}`;
    }),
  );
  const busy = await readFile('/proc/stat', 'utf8');
  return [...told, '-- here', ...busy.split('\n').slice(0, 3)].join('\n');
}

/** Asks from these ports, one after the other: each one's status, or what went wrong. They are free again at once. */
export async function fromPorts(
  world: LabWorld,
  client: string,
  place: string,
  ports: readonly number[],
): Promise<string[]> {
  const ask = ['perl', '-MIO::Socket::INET', '-e', askFrom, place, ...ports.map(String)];
  return (await world.on(client, line(ask))).split('\n').slice(0, -1);
}

/**
 * Asks PLACE once from each PORT and says the status. It waits until the server has closed: whoever closes first has the
 * port in use for a minute.
 */
const askFrom = `
my $place = shift;
for my $port (@ARGV) {
    my $socket = IO::Socket::INET->new(PeerAddr => $place, LocalPort => $port, ReuseAddr => 1, Timeout => 5);
    if (!$socket) { print "$@\\n"; next; }
    print $socket "GET / HTTP/1.0\\r\\n\\r\\n";
    my @answer = <$socket>;
    print $answer[0] =~ / (\\d+)/ ? "$1\\n" : "no answer\\n";
}`;
