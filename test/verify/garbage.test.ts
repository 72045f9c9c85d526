import test from 'ava';
import fc from 'fast-check';
import { parseAnswer } from '../../src/shell/answer.ts';
import { judgeBinding } from '../../src/verify/bindings.ts';
import { judgeClocks, offsetOf } from '../../src/verify/clocks.ts';
import { readSockets } from '../../src/verify/listening.ts';
import { judgeArp } from '../../src/verify/neighbours.ts';
import { readConnections, readRequests } from '../../src/verify/requests.ts';
import { long, spoiled } from '../support/garbage.ts';

const frame = 'f'.repeat(32);
const vip = { address: '10.0.0.1', prefix: 32, interface: 'eth0' } as never;

/** What a host says to all that verify asks. */
const said = Object.entries({
  clock: '1700000000.123456789\n',
  addresses:
    '1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n',
  macs: 'eth0 02:00:00:00:00:01\nlo 00:00:00:00:00:00\n',
  'sockets tcp':
    '  sl  local_address rem_address   st\n   0: 0100007F:0050 00000000:0000 0A 00000000:00000000\n',
  'sockets tcp6':
    '   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A\n   1: B80D01200000000000000000010000AB:0050 0:0 0A\n',
  'arp 10.0.0.1': 'Unicast reply from 10.0.0.1 [02:00:00:00:00:02]  0.5ms\n',
  'neighbour 10.0.0.1': '10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 PERMANENT\n',
  'request 0 1 0': '200 10.0.0.9 40001 0.001 \nrs1 was here\n',
  'request 0 2 7': 'curl: (7) refused after 3 ms 000  0 0.0\n\n',
  connections: 'TCP 00:57  NONE 10.0.0.9:40001 10.0.0.1:80 10.0.0.11:80\n',
})
  .map(([name, body]) => `\n@${frame} ${name}\n${body}`)
  .join('');

/** All that verify does with answers. */
function judged(raw: string): number {
  const answer = parseAnswer(raw, frame);
  const sockets = new Map([['lb1', readSockets(answer)]]);
  const offset = offsetOf('lb1', [{ sent: 0, got: 1, said: answer.section('clock') ?? '' }]);
  judgeClocks([...(offset === undefined ? [] : [offset]), { host: 'rs1', least: 0, most: 0 }]);
  judgeArp('lb1', [vip], answer, sockets);
  judgeBinding(vip, 'lb1', sockets, new Map([['probe', answer]]));
  for (const ask of ['http', 'tcp', 'udp'] as const) readRequests(answer, ask, 0);
  return readConnections(answer).size;
}

test('answers to verify, spoiled in any way, are judged', (t) => {
  t.is(judged(said), 1);
  t.deepEqual([...readSockets(parseAnswer(said, frame)).listens!].length, 4);
  fc.assert(
    fc.property(spoiled, (spoil) => void judged(spoil(said, frame))),
    { numRuns: 3000, includeErrorInReport: true },
  );
  t.pass();
});

test('sockets whose addresses are none are passed over', (t) => {
  const lines = ['zzzzzzzz:0050', '0100007F:zzzz', '0100007F', ':', 'zz'.repeat(16)]
    .map((local) => `   0: ${local} 00000000:0000 0A 0:0\n`)
    .join('');
  for (const table of ['tcp', 'tcp6']) {
    const answer = parseAnswer(`\n@${frame} sockets ${table}\n${lines}`, frame);
    t.deepEqual([...readSockets(answer).listens!], []);
  }
});

test('no answer to verify takes more time than its length is worth', (t) => {
  const names = [...parseAnswer(said, frame).sections('').keys()];
  for (const body of long) judged(names.map((name) => `\n@${frame} ${name}\n${body}`).join(''));
  t.pass();
});
