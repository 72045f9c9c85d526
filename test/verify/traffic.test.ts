import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { VirtualService } from '../../src/model/cluster.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import { boundsOf, promiseOf, requestsFor } from '../../src/verify/promise.ts';
import { readConnections, readRequests, type Request, trafficScript } from '../../src/verify/requests.ts';
import { judgeTraffic, type Trial } from '../../src/verify/traffic.ts';
import { inventoryOf } from '../support/inventories.ts';
import { complete } from '../support/library.ts';

function serviceOf(rest: string, servers = '{ rs1: 2, rs2: 1 }'): VirtualService {
  const inventory = inventoryOf(`
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors: { lb1: 172.16.100.2/24 }
    real_servers: { rs1: 172.16.100.7, rs2: 172.16.100.8, rs3: 172.16.100.9 }
    services: [{ port: 80, real_servers: ${servers}, ${rest} }]
`);
  return inventory.clusters[0]!.services[0]!;
}

/** A trial in which these real servers answered, one after the other; undefined for a request that got no answer. */
function trialOf(service: VirtualService, who: readonly (string | undefined)[]): Trial {
  const requests = who.map((name, index): Request => ({
    failure: name === undefined ? 'timed out' : undefined,
    from: `172.16.100.50:${40_000 + index}`,
    said: name ?? '',
  }));
  const places = new Map(
    service.destinations.map(({ server, address, port }) => [server, `${address}:${port}`]),
  );
  const after = new Map(
    requests.flatMap(({ from, said }) =>
      said === '' ? [] : [[`${from!} 172.16.100.1:80`, places.get(said) ?? '10.9.9.9:80'] as const],
    ),
  );
  return {
    service,
    question: service.questions[0]!,
    cluster: 'web',
    probe: 'client',
    requests,
    before: new Map(),
    after,
  };
}

const times = (count: number, name: string): string[] => Array.from({ length: count }, () => name);

test('whole rounds of the weights are asked for', (t) => {
  t.is(requestsFor(serviceOf('scheduler: wrr')), 12);
  t.is(requestsFor(serviceOf('scheduler: wrr', '{ rs1: 300, rs2: 200 }')), 15);
  t.is(requestsFor(serviceOf('scheduler: rr', '{ rs1: 9, rs2: 1, rs3: 1 }')), 12);
  t.is(requestsFor(serviceOf('scheduler: wrr', '{ rs1: 997, rs2: 1 }')), 120);
});

test('a server of weight 0 is promised nothing, and its answer is wrong', (t) => {
  const service = serviceOf('scheduler: wlc', '{ rs1: 1, rs2: 0 }');
  const finding = judgeTraffic(trialOf(service, [...times(11, 'rs1'), 'rs2']));
  t.is(finding.sound, 'no');
  t.deepEqual(finding.details, ['rs2 answered, but should get no requests']);
  t.is(judgeTraffic(trialOf(service, times(12, 'rs1'))).sound, 'yes');
});

test('however a round is ordered and wherever one begins in it, each has its turns', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }).chain((turns) =>
        fc.record({
          turns: fc.constant(turns),
          order: fc.shuffledSubarray(
            turns.flatMap((count, server) => Array.from({ length: count }, (_, turn) => ({ server, turn }))),
            { minLength: turns.reduce((sum, each) => sum + each, 0) },
          ),
          begin: fc.nat(30),
          asked: fc.nat(60),
        }),
      ),
      ({ turns, order, begin, asked }) => {
        turns.forEach((own, server) => {
          const answered = Array.from(
            { length: asked },
            (_, at) => order[(begin + at) % order.length]!,
          ).filter((each) => each.server === server).length;
          const { least, most } = boundsOf(own, order.length, asked);
          if (answered < least || answered > most) throw new Error(`${answered} of ${least} to ${most}`);
        });
      },
    ),
  );
  // As ip_vs_wrr has it for weights 3, 1, 1: 3 3 1 2 3, and begun at its end eight requests have six of the first.
  t.deepEqual(boundsOf(3, 5, 8), { least: 4, most: 6 });
  t.deepEqual(boundsOf(3, 5, 10), { least: 6, most: 6 });
});

test('wrr: shares by weight, one more or less', (t) => {
  const service = serviceOf('scheduler: wrr');
  t.is(judgeTraffic(trialOf(service, [...times(8, 'rs1'), ...times(4, 'rs2')])).sound, 'yes');
  t.is(judgeTraffic(trialOf(service, [...times(9, 'rs1'), ...times(3, 'rs2')])).sound, 'yes');
  const uneven = judgeTraffic(trialOf(service, [...times(6, 'rs1'), ...times(6, 'rs2')]));
  t.is(uneven.sound, 'no');
  t.true(uneven.details.includes('rs1 answered 6 times, but should answer 8.0 times'));
});

test('rr: the weights do not matter', (t) => {
  const service = serviceOf('scheduler: rr');
  t.is(judgeTraffic(trialOf(service, [...times(6, 'rs1'), ...times(6, 'rs2')])).sound, 'yes');
  t.is(judgeTraffic(trialOf(service, [...times(8, 'rs1'), ...times(4, 'rs2')])).sound, 'no');
});

test('with others on the service in between, the turns are as good as chance', (t) => {
  const service = serviceOf('scheduler: rr');
  const trial = trialOf(service, [...times(8, 'rs1'), ...times(4, 'rs2')]);
  const after = new Map([...trial.after, ['10.1.1.1:999 172.16.100.1:80', '172.16.100.7:80']]);
  t.is(judgeTraffic({ ...trial, after }).sound, 'yes');
  t.is(
    judgeTraffic({ ...trial, after, before: new Map([['10.1.1.1:999 172.16.100.1:80', '172.16.100.7:80']]) })
      .sound,
    'no',
  );
});

for (const rest of ['scheduler: sh', 'scheduler: wlc, persistence: 300', 'scheduler: mh']) {
  test(`${rest}: one real server has it all`, (t) => {
    t.is(judgeTraffic(trialOf(serviceOf(rest), times(12, 'rs2'))).sound, 'yes');
    t.is(judgeTraffic(trialOf(serviceOf(rest), [...times(11, 'rs2'), 'rs1'])).sound, 'no');
  });
}

test('fo: the one with the greatest weight', (t) => {
  const service = serviceOf('scheduler: fo');
  t.deepEqual(promiseOf(service), { kind: 'one', of: ['rs1'] });
  t.is(judgeTraffic(trialOf(service, times(12, 'rs2'))).sound, 'no');
});

test('a request without an answer is wrong, and says why and how often', (t) => {
  const finding = judgeTraffic(trialOf(serviceOf('scheduler: rr'), ['rs1', undefined, 'rs2', undefined]));
  t.is(finding.sound, 'no');
  t.regex(finding.text, /2 of 4 answered/);
  t.deepEqual(finding.details, ['timed out (2 of 4)']);
});

test('the director says one thing and the answer another', (t) => {
  const service = serviceOf('scheduler: wlc');
  const trial = trialOf(service, ['rs1', 'rs1']);
  const after = new Map([...trial.after].map(([from]) => [from, '172.16.100.8:80']));
  const finding = judgeTraffic({ ...trial, after });
  t.is(finding.sound, 'no');
  t.deepEqual(finding.details, ['the director sent to rs2, but rs1 answered']);
});

test('answers that name nobody are told apart by the director’s table', (t) => {
  const service = serviceOf('scheduler: wrr');
  const trial = trialOf(service, [...times(8, 'rs1'), ...times(4, 'rs2')]);
  const requests = trial.requests.map((request) => ({ ...request, said: '<html>' }));
  t.regex(judgeTraffic({ ...trial, requests }).text, /rs1 8 \(expected 8\), rs2 4 \(expected 4\)/);
  const mostly = requests.map((request, index) =>
    [0, 1, 8].includes(index) ? trial.requests[index]! : request,
  );
  t.is(judgeTraffic({ ...trial, requests: mostly, after: new Map() }).sound, 'unsure');
  const dark = judgeTraffic({ ...trial, requests, after: new Map() });
  t.is(dark.sound, 'unsure');
  t.regex(dark.text, /12 of 12 answered, 12 by an unknown real server/);
});

test('whatever answers come, the verdict is no where one fails, and it never throws', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('rs1', 'rs2', 'rs3', 'stranger', undefined), { maxLength: 40 }),
      fc.constantFrom('rr', 'wrr', 'wlc', 'sh', 'fo'),
      (who, scheduler) => {
        const { sound } = judgeTraffic(trialOf(serviceOf(`scheduler: ${scheduler}`), who));
        return !who.includes(undefined) || sound === 'no';
      },
    ),
  );
  t.pass();
});

/** What a probe and a director printed, with the frame `F`. */
const said = [
  '\n@F request 0 1 0\n200 172.16.100.50 40001 0.002\nrs1\n',
  '\n@F request 0 2 7\ncurl: (7) Failed to connect to 172.16.100.1 port 80 after 3080 ms: No route to host000  0 0.000\n',
  '\n@F request 0 3 0\n503 172.16.100.50 40003 0.002\n<html>',
  '\n@F request 1 1 0\n\nrs2 lvsform\n',
  '\n@F request 2 1 127\nsh: 1: curl: not found\n',
  '\n@F end\n',
].join('');

test('what a probe prints is read', (t) => {
  const answer = parseAnswer(said, 'F');
  t.deepEqual(readRequests(answer, 'http', 0), [
    { failure: undefined, from: '172.16.100.50:40001', said: 'rs1' },
    {
      failure: 'curl: (7) Failed to connect to 172.16.100.1 port 80: No route to host',
      from: undefined,
      said: '',
    },
    { failure: 'it was answered with 503', from: '172.16.100.50:40003', said: '<html>' },
  ]);
  t.deepEqual(readRequests(answer, 'udp', 1), [{ failure: undefined, from: undefined, said: 'rs2 lvsform' }]);
  t.deepEqual(readRequests(answer, 'http', 2), [
    { failure: 'curl is not installed there', unsent: true, from: undefined, said: '' },
  ]);
});

test('the director’s connections are read, templates of persistence left out', (t) => {
  const answer = parseAnswer(
    `
@F connections
TCP 01:57  FIN_WAIT    172.16.100.50:40001 172.16.100.1:80    172.16.100.7:80
TCP 04:58  NONE        172.16.100.50:0    172.16.100.1:443   172.16.100.8:443

@F end
`,
    'F',
  );
  t.deepEqual([...readConnections(answer)], [['172.16.100.50:40001 172.16.100.1:80', '172.16.100.7:80']]);
});

test('ask: tcp: a connection is an answer, whatever the service says or does not; a refused one is none', async (t) => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const base = { ask: 'tcp', protocol: 'tcp', vip: '127.0.0.1', host: undefined } as const;
  const errands = [
    { question: { ...base, port }, count: 1 },
    { question: { ...base, port: 1 }, count: 5 },
  ];
  const { stdout } = await promisify(execFile)('sh', ['-c', complete(trafficScript(errands, 'F'))]);
  const answer = parseAnswer(stdout, 'F');
  const [stood, ...more] = readRequests(answer, 'tcp', 0);
  t.is(stood!.failure, undefined);
  t.regex(stood!.from!, /^127\.0\.0\.1:\d+$/);
  t.deepEqual(more, []);
  const refused = readRequests(answer, 'tcp', 1);
  t.is(refused.length, 3, 'after three in a row no more are made');
  t.regex(refused[0]!.failure!, /Failed to connect/);
});

/** What a probe prints that cannot send a request: its status, and its words. */
const unable: readonly (readonly ['http' | 'tcp' | 'udp', number, string, string])[] = [
  ['http', 127, 'sh: 1: curl: not found', 'curl is not installed there'],
  ['http', 126, 'sh: 1: curl: Permission denied', 'curl cannot be run there'],
  ['tcp', 1, 'curl: (1) Protocol "telnet" not supported', 'curl: (1) Protocol "telnet" not supported'],
  ['http', 27, '', 'curl ended with 27'],
  ['udp', 127, 'bash: not found', 'bash, or timeout, is not installed there'],
  ['udp', 1, 'ask: /dev/udp/172.16.100.1/53: No such file or directory', 'its bash sends no datagrams'],
];

for (const [ask, status, words, why] of unable)
  test(`a probe that cannot send (${ask}, ${status}) says nothing about the service`, (t) => {
    const answer = parseAnswer(`\n@F request 0 1 ${status}\n${words}\n\n@F end\n`, 'F');
    const requests = readRequests(answer, ask, 0);
    t.deepEqual(requests, [{ failure: why, unsent: true, from: undefined, said: '' }]);
    const trial = trialOf(serviceOf('scheduler: rr'), []);
    const finding = judgeTraffic({ ...trial, requests });
    t.is(finding.sound, 'unsure');
    t.is(finding.text, 'web, tcp 172.16.100.1:80 from client: no request could be sent');
    t.deepEqual(finding.details, [why]);
  });

test('no requests are no success', (t) => {
  t.is(judgeTraffic(trialOf(serviceOf('scheduler: rr'), [])).sound, 'unsure');
});

test('a TCP request keeps the status of curl, but for its time limit', async (t) => {
  const [question] = serviceOf('check: tcp').questions;
  const status = async (code: number): Promise<number> => {
    const script = complete(trafficScript([{ question: { ...question!, ask: 'tcp' }, count: 1 }], 'F'));
    const { stdout } = await promisify(execFile)('sh', ['-c', `curl() { return ${code}; }\n${script}`]);
    return Number(/request 0 1 (\d+)/.exec(stdout)![1]);
  };
  t.is(await status(28), 0);
  t.is(await status(7), 7);
  t.is(await status(127), 127);
});
