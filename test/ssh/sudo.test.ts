import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { Secret } from '../../src/model/secret.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, world } from '../support/world.ts';

const word = 's3cret-word';

/** A sudo that notes its options, and what comes before the script; with `asks` it goes on only with the password. */
const sudo = (asks: boolean): string => `#!/bin/sh
printf '%s\\n' "$1" >> "$LVSFORM_ROOT/../sudo.$LVSFORM_NODE"
case $1 in
  -n) ${asks ? "echo 'sudo: a password is required' >&2; exit 1" : 'shift; exec "$@"'} ;;
  -k) IFS= read -r given; [ "$given" = ${word} ] || { echo 'Sorry, try again.' >&2; exit 1; } ;;
  -S) shift 3; exec "$@" ;;
esac
`;

test('the password for sudo goes only to the host that asks for it, by its name and user, and at once from then on', async (t) => {
  const w = await world(t, `${dr}\ndefaults: { ssh: { sudo: true } }\n`);
  for (const host of ['lb1', 'rs1', 'rs2']) {
    const folder = join(w.sim.root(host), '.sim/bin');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'sudo'), sudo(host === 'rs1'));
    await chmod(join(folder, 'sudo'), 0o755);
  }
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
  // Each script after the first one: the password is tried, and then used.
  const [first, ...rest] = await noted('rs1');
  t.is(first, '-n');
  t.deepEqual([...new Set(rest)].toSorted(), ['-S', '-k']);
  t.true(rest.length >= 4);
});
