import test from 'ava';
import ssh2 from 'ssh2';
import { judge } from '../../src/ssh/host-key.ts';
import { KnownHosts, knownLine } from '../../src/ssh/known-hosts.ts';
import { type Route, usualKnownHosts } from '../../src/ssh/route.ts';

const parsed = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public);
if (parsed instanceof Error) throw parsed;
const key = parsed.getPublicSSH();

const route: Route = {
  host: '10.0.0.1',
  port: 22,
  user: 'root',
  identities: [],
  identitiesOnly: false,
  agent: undefined,
  knownHosts: ['/home/of mine/known_hosts'],
  hostKey: 'strict',
  jump: undefined,
};

const again = 'If it is the same, run again with --host-key accept-new';

const unknown: readonly [title: string, more: Partial<Route>, way: string][] = [
  ['a file', {}, `${again}, or add it: ssh-keyscan -p 22 10.0.0.1 >> '/home/of mine/known_hosts'`],
  [
    'the usual files',
    { knownHosts: usualKnownHosts },
    `${again}, or add it: ssh-keyscan -p 22 10.0.0.1 >> ${usualKnownHosts[0]}`,
  ],
  ['/dev/null', { knownHosts: ['/dev/null'] }, again],
  ['several files', { knownHosts: ['/a', '/b'] }, again],
  ['behind a jump host', { jump: route }, again],
  [
    'a host that only a roster names is never trusted at first sight',
    { hinted: true, knownHosts: ['/a'] },
    'If it is the same, add it: ssh-keyscan -p 22 10.0.0.1 >> /a',
  ],
  [
    'such a host where there is no command',
    { hinted: true, knownHosts: ['/a', '/b'] },
    'If it is the same, add it to /a or /b',
  ],
];

for (const [title, more, way] of unknown) {
  test(`a key that is not known, in three sentences: ${title}`, async (t) => {
    const said = await judge({ ...route, ...more }, '10.0.0.1', { known: new KnownHosts([]) }, key);
    t.regex(said ?? '', /^its host key ecdsa-sha2-nistp256 SHA256:\S+ is not known\. /);
    const [, compare, last] = (said ?? '').split('. ');
    t.is(
      compare,
      'Compare it with what this prints on the host: ssh-keygen -lf /etc/ssh/ssh_host_ecdsa_key.pub',
    );
    t.is(last, way);
  });
}

test('a key that has changed: the command names the file that has the other one', async (t) => {
  const other = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public);
  if (other instanceof Error) throw other;
  const text = knownLine('[10.0.0.1]:222', other.getPublicSSH());
  const known = new KnownHosts([
    { name: '/a', text: '' },
    { name: '/b', text },
  ]);
  const said = await judge(
    { ...route, port: 222, knownHosts: ['/a', '/b'] },
    '[10.0.0.1]:222',
    { known },
    key,
  );
  t.regex(said ?? '', /CHANGED.* \/b:1 has another.*: ssh-keygen -f \/b -R '\[10\.0\.0\.1\]:222'$/);
});
