import { createHmac } from 'node:crypto';
import test from 'ava';
import ssh2 from 'ssh2';
import { keyFingerprint, KnownHosts, knownLine, knownName } from '../../src/ssh/known-hosts.ts';

function key(): Buffer {
  const parsed = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
}

const [ours, theirs] = [key(), key()];
const file = (text: string): KnownHosts => new KnownHosts([{ name: 'f', text }]);
const line = (hosts: string, which = ours): string => knownLine(hosts, which);

test('plain names, lists, wildcards, negations, ports and hashed names', (t) => {
  const salt = Buffer.from('12345678901234567890');
  const hashed = `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update('h').digest('base64')}`;
  const cases: [hosts: string, name: string, known: boolean][] = [
    ['h', 'h', true],
    ['H', 'h', true],
    ['a,h,b', 'h', true],
    ['*.example.net', 'x.example.net', true],
    ['*.example.net', 'example.net', false],
    ['*.example.net,!bad.example.net', 'bad.example.net', false],
    ['10.0.0.?', '10.0.0.7', true],
    ['h', '[h]:2222', false],
    ['[h]:2222', '[h]:2222', true],
    [hashed, 'h', true],
    [hashed, 'g', false],
  ];
  for (const [hosts, name, known] of cases) {
    t.is(file(line(hosts)).check(name, ours).is, known ? 'known' : 'unknown', `${hosts} ${name}`);
  }
});

test('another key is a changed one, a revoked one is refused, one of several is enough', (t) => {
  t.deepEqual(file(`# comment\n\n${line('h')}`).check('h', theirs), { is: 'changed', place: 'f:3' });
  t.deepEqual(file(`@revoked ${line('*')}${line('h')}`).check('h', ours), { is: 'revoked', place: 'f:1' });
  t.is(file(line('h', theirs) + line('h')).check('h', ours).is, 'known');
  t.is(file(`@cert-authority ${line('*')}`).check('h', ours).is, 'unknown');
  t.is(file('nonsense\nh ssh-ed25519\n').check('h', ours).is, 'unknown');
  t.deepEqual(file(line('h')).types('h'), ['ecdsa-sha2-nistp256']);
});

test('names and fingerprints are those of OpenSSH', (t) => {
  t.is(knownName('h', 22), 'h');
  t.is(knownName('h', 2222), '[h]:2222');
  t.regex(keyFingerprint(ours), /^SHA256:[A-Za-z0-9+/]{43}$/);
});
