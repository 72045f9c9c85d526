import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Secret } from '../../src/model/secret.ts';
import { HostFailure } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, type World, world } from '../support/world.ts';

const word = 's3cret-word';

/** A sudo that notes its options, and what comes before the script; with `asks` it goes on only with the password. */
const sudo = (asks: boolean): string => `#!/bin/sh
printf '%s\\n' "$1" >> "$LVSFORM_ROOT/../sudo.$LVSFORM_NODE"
case $1 in
  -n) ${asks ? "echo 'sudo: a password is required' >&2; exit 1" : 'shift; exec "$@"'} ;;
  -k) IFS= read -r given; [ "$given" = ${word} ] || { echo 'Sorry, try again.' >&2; exit 1; } ;;
  -S) shift; exec "$@" ;;
esac
`;

async function place({ sim }: World, host: string, script: string): Promise<void> {
  const folder = join(sim.root(host), '.sim/bin');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sudo'), script);
  await chmod(join(folder, 'sudo'), 0o755);
}

test('the password for sudo goes only to the host that asks for it, by its name and user, and at once from then on', async (t) => {
  const w = await world(t, `${dr}\ndefaults: { ssh: { sudo: true } }\n`);
  for (const host of ['lb1', 'rs1', 'rs2']) await place(w, host, sudo(host === 'rs1'));
  const asked: string[] = [];
  const hosts = new SshHosts(w.sim.routeOf, { connectTimeout: 60_000, silence: 60_000 }, ({ host, user }) => {
    asked.push(`${user} of ${host}`);
    return Promise.resolve(new Secret(word));
  });
  t.teardown(() => hosts.close());
  const plan = await w.plan(undefined, {}, hosts);
  t.deepEqual(outcomes(await w.apply(plan, hosts)), { lb1: 'changed', rs1: 'changed', rs2: 'changed' });
  t.deepEqual(asked, [`${w.sim.routeOf({ name: 'rs1', ssh: { host: 'rs1', sudo: true } }).user} of rs1`]);
  const noted = async (host: string): Promise<string[]> =>
    (await w.sim.shell('rs1', `cat ../sudo.${host}`)).trim().split('\n');
  for (const host of ['lb1', 'rs2']) t.deepEqual([...new Set(await noted(host))], ['-n']);
  // The first script, and the question why sudo did not begin it. For each one after that the password is tried, and then used.
  const [first, again, ...rest] = await noted('rs1');
  t.deepEqual([first, again], ['-n', '-n']);
  t.deepEqual([...new Set(rest)].toSorted(), ['-S', '-k']);
  t.true(rest.length >= 4);
});

/** How implementations of sudo say the same: what it says without a password, its prompt, and what it says of a wrong one. */
const implementations = {
  'the usual sudo': ['sudo: a password is required', '%s', 'Sorry, try again.'],
  'sudo in another language': ['sudo: Ein Passwort ist notwendig', '%s', 'Das hat nicht funktioniert.'],
  'sudo-rs': [
    'sudo: interactive authentication is required',
    '[sudo: %s] Password: ',
    'sudo: Authentication failed, try again.',
  ],
} as const;

for (const [name, [needed, asks, wrong]] of Object.entries(implementations)) {
  test(`${name}: whether it wants a password and accepts one does not depend on its words`, async (t) => {
    const w = await world(t, dr);
    await place(
      w,
      'rs1',
      `#!/bin/sh
ask() { printf '${asks}' "$SUDO_PROMPT" >&2; IFS= read -r given; }
case $1 in
  -n) echo '${needed}' >&2; exit 1 ;;
  -k) until ask && [ "$given" = ${word} ]; do [ -n "$given" ] || exit 1; echo '${wrong}' >&2; done ;;
  -S) ask; [ "$given" = ${word} ] || exit 1; shift; exec "$@" ;;
esac
`,
    );
    t.is(await answer(t, w, word), 'as root\n');
    const failure = await t.throwsAsync<HostFailure>(answer(t, w, 'wr0ng'), { instanceOf: HostFailure });
    t.is(failure?.message, 'sudo did not accept the password');
    t.is(failure?.reason, 'sudo');
  });
}

function answer(t: ExecutionContext, { sim }: World, given: string): Promise<string> {
  const limits = { connectTimeout: 60_000, silence: 60_000 };
  const hosts = new SshHosts(sim.routeOf, limits, () => Promise.resolve(new Secret(given)));
  t.teardown(() => hosts.close());
  return hosts.run({ name: 'rs1', ssh: { host: '172.16.100.7', sudo: true } }, 'echo as root');
}
