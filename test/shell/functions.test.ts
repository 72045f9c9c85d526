import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { complete } from '../support/library.ts';

const run = promisify(execFile);

test('a unit that does not start says why, and the status is its own', async (t) => {
  const script = [
    'begin F',
    'systemctl() { echo "Job for $2 failed." >&2; return 5; }',
    'journalctl() { echo "journalctl $*"; }',
    'unit_act start lvs-content.service',
  ].join('\n');
  const failed = run('/bin/sh', ['-c', complete(script)]);
  const { code, stderr } = (await t.throwsAsync(failed)) as unknown as { code: number; stderr: string };
  t.is(code, 5);
  t.deepEqual(stderr.trim().split('\n'), [
    'Job for lvs-content.service failed.',
    'journalctl -q -n 8 -o cat --no-pager -u lvs-content.service',
  ]);
});

test('pacemaker neither acts on ldirectord nor monitors it while ldirectord loads its file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-functions-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const script = [
    'begin F',
    `crm_resource() { [ "$1" != -l ] || { echo lvs-web-ldirectord; return; }; echo "crm_resource $*" >> ${log}; }`,
    `ldirectord() { echo "ldirectord $*" >> ${log}; }`,
    'ldirectord_again ldirectord.cf',
  ].join('\n');
  await run('/bin/sh', ['-c', complete(script)], { env: { ...process.env, LVSFORM_ROOT: folder } });
  t.deepEqual((await readFile(log, 'utf8')).trim().split('\n'), [
    'ldirectord ldirectord.cf status',
    'crm_resource -Q -r lvs-web-ldirectord --meta -p maintenance -v true',
    'ldirectord ldirectord.cf try-restart',
    'ldirectord ldirectord.cf status',
    'crm_resource -Q -r lvs-web-ldirectord --meta -d maintenance',
  ]);
});

test('an IPv6 address that another host has is not accepted', async (t) => {
  const script = [
    'begin F',
    'ip link add one type veth peer name other && ip link set one up && ip link set other up',
    'ip -6 addr add fd00::100/128 dev one && accepted one fd00::100 && echo one has it',
    'ip -6 addr add fd00::100/128 dev other && accepted other fd00::100',
  ].join('\n');
  const alone = run('unshare', ['--net', '/bin/sh', '-c', complete(script)]);
  const { code, stdout } = (await t.throwsAsync(alone)) as unknown as { code: number; stdout: string };
  t.is(code, 1);
  t.is(stdout, 'one has it\nanother host has it, and two would answer: take it away there first\n');
});

test('the copy of a manifest is never older than the manifest', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-functions-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const script = [
    'begin F',
    'mkdir -p "$lib/lock" && manifest first',
    // mv goes through its arguments in their order, and is killed before it replaces the manifest.
    `mv() {
      for to; do :; done
      for each; do
        case $each in */manifest.json) exit 9 ;; "$lib"/lock/*) command mv -f "$each" "$to" ;; esac
      done
    }`,
    '(manifest second)',
    'cat "$lib/manifest.json" && echo && cat "$lib/manifest.copy"',
  ].join('\n');
  const { stdout } = await run('/bin/sh', ['-c', complete(script)], {
    env: { ...process.env, LVSFORM_ROOT: folder },
  });
  t.is(stdout, 'first\nsecond');
});

/** What a script prints in a network of its own, on this host's kernel. */
async function printedAlone(...lines: string[]): Promise<string> {
  const script = complete(['begin F', 'lib=/nonexistent', ...lines].join('\n'));
  return (await run('unshare', ['--net', '/bin/sh', '-c', script])).stdout;
}

const interfaces = [
  'ip link add one type veth peer name other && ip link set one up && ip link set other up',
  'echo 0 > proc/sys/net/ipv4/conf/all/promote_secondaries',
  'echo 0 > proc/sys/net/ipv4/conf/one/promote_secondaries',
];

test('a primary address goes, and those behind it stay, with the routes by them', async (t) => {
  const printed = await printedAlone(
    ...interfaces,
    'lib=$(mktemp -d)',
    'ip addr add 10.0.0.100/24 dev one && ip addr add 10.0.0.2/24 dev one && ip addr add 10.0.0.3/24 dev one',
    'ip route add default via 10.0.0.254',
    'drop_address one 10.0.0.100/24 && drop_address one 10.0.0.100/24',
    'ip -o -4 addr show dev one | while read -r _ _ _ cidr _; do echo $cidr; done',
    'ip route show default; cat proc/sys/net/ipv4/conf/one/promote_secondaries; ls -A $lib; rmdir $lib',
  );
  t.deepEqual(
    printed
      .trim()
      .split('\n')
      .map((text) => text.trim()),
    ['10.0.0.2/24', '10.0.0.3/24', 'default via 10.0.0.254 dev one', '0'],
  );
});

test('what is up is told as iproute2 and the kernel have it', async (t) => {
  const told = (command: string): string => `${command} && echo yes || echo no`;
  const printed = await printedAlone(
    ...interfaces,
    'ip addr add 10.0.0.100/32 dev one label one:0 && ip addr add 10.0.0.2/24 dev one',
    'ip -6 addr add fd00::1/64 dev one nodad',
    'ip route add default via 10.0.0.254 metric 7 && ip route add default via 10.0.0.253',
    'ip -4 route replace default via 10.0.0.254 dev one table 197',
    'ip -4 rule add from 10.0.0.2 lookup 55; ip -4 rule add from 10.0.0.3 lookup 197',
    ...[
      'has_address one 10.0.0.100/32',
      'has_address one 10.0.0.100',
      'has_address one 10.0.0.10',
      'has_address other 10.0.0.100',
      'has_address one fd00::1/64',
      'has_route -4 main default via 10.0.0.253 dev one',
      'has_route -4 main default via 10.0.0.254 dev one',
      'has_route -4 197 default via 10.0.0.254 dev one',
      'has_route -4 197 10.0.0.9 dev one',
      'has_rule -4 10.0.0.2 197 lvs',
      'has_rule -4 10.0.0.3 197 lvs',
      'has_sysctl net/ipv4/conf/one/promote_secondaries 0',
      'has_sysctl net/ipv4/tcp_rmem "$(echo $(cat proc/sys/net/ipv4/tcp_rmem))"',
      'has_sysctl net/ipv4/conf/one/promote_secondaries 1',
    ].map(told),
  );
  t.is(printed.trim().split('\n').join(' '), 'yes yes no no yes yes no yes no no yes yes yes no');
});
