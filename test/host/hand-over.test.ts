import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { engines } from '../../src/engines/index.ts';
import { complete } from '../support/library.ts';

const run = promisify(execFile);
const fails = '{ echo no; return 1; }';

/** Commands that say what they were told. The VIP is here until `moved` is there, and pacemaker then has it on lb2. */
const host = `
told() { printf '%s\\n' "$*"; : > moved; }
systemctl() { told systemctl "$@"; }
service() { told service "$@"; }
clusvcadm() { told clusvcadm "$@"; }
crm_resource() {
  case $* in
    *-W*) [ ! -e moved ] || echo lb2 ;;
    *) told crm_resource "$@" ;;
  esac
}
uname() { echo lb1; }
sleep() { :; }
ip() { [ -e moved ] || echo '2: eth0 inet 10.0.0.1/32 scope global eth0'; }
`;

/** What a director does where it gives up cluster web's VIP, and how that ends. */
async function handsOver(
  t: ExecutionContext,
  name: string,
  { family = 'debian', but = '' }: { family?: string; but?: string } = {},
): Promise<{ said: string[]; status: number }> {
  const root = await mkdtemp(join(tmpdir(), 'lvsform-hands-'));
  t.teardown(() => rm(root, { recursive: true }));
  const standby = join(root, 'usr/share/heartbeat/hb_standby');
  await mkdir(join(root, 'usr/share/heartbeat'), { recursive: true });
  await writeFile(standby, '#!/bin/sh\necho hb_standby "$@"\n: > moved\n');
  await chmod(standby, 0o755);
  const facts = engines.find((engine) => engine.name === name)!.failover!;
  const script = complete(
    `family=${family}\n${host}${but}\n${facts.handOver} web 10.0.0.1\necho "status $?"\n`,
  );
  const { stdout } = await run('sh', ['-c', script], { cwd: root });
  const lines = stdout.trim().split('\n');
  return { said: lines.slice(0, -1), status: Number(lines.at(-1)!.replace('status ', '')) };
}

const ways: Readonly<Record<string, readonly string[]>> = {
  keepalived: ['systemctl restart keepalived'],
  heartbeat: ['hb_standby all'],
  cman: ['clusvcadm -r web'],
  pacemaker: ['crm_resource -Q --ban -r lvs-web --lifetime PT10M', 'crm_resource -Q --clear -r lvs-web'],
};

for (const { name, failover } of engines) {
  if (failover === undefined) continue;
  test(`${name} moves the VIPs to another director`, async (t) => {
    t.deepEqual(await handsOver(t, name), { said: [...ways[name]!], status: 0 });
  });

  test(`${name} is not said to have moved a VIP that is still here`, async (t) => {
    const stays = 'ip() { echo "2: eth0 inet 10.0.0.1/32 scope global eth0"; }';
    const { said, status } = await handsOver(t, name, { but: stays });
    t.is(status, 1);
    t.true(said.includes('10.0.0.1 is still here'), said.join('\n'));
  });
}

test('keepalived is a service of sysvinit on RHEL 6', async (t) => {
  const { said } = await handsOver(t, 'keepalived', { family: 'rhel6' });
  t.deepEqual(said, ['service keepalived restart']);
});

test('pacemaker may have this host again where the VIPs stayed', async (t) => {
  const { said } = await handsOver(t, 'pacemaker', { but: 'ip() { echo " 10.0.0.1/32 "; }' });
  t.is(said.at(-1), 'crm_resource -Q --clear -r lvs-web');
});

test('an engine that refuses ends the hand-over at once', async (t) => {
  for (const [name, command] of [
    ['keepalived', 'systemctl'],
    ['cman', 'clusvcadm'],
    ['pacemaker', 'crm_resource'],
  ] as const)
    t.deepEqual(
      await handsOver(t, name, { but: `${command}() ${fails}` }),
      { said: ['no'], status: 1 },
      name,
    );
});
