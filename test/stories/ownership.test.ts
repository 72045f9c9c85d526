import type { ExecutionContext } from 'ava';
import { line } from '../../src/shell/quote.ts';
import type { Ran } from '../support/lab.ts';
import { directRouting } from './direct-routing.ts';
import { raise } from './story.ts';

const weights = { rs1: 2, rs3: 1 };

/** An ipvsadm that never ends where it is to edit the table, once, and says so by a file. */
const stopper = '/usr/local/sbin/ipvsadm';
const hangs = '/run/hangs';
const stopping = `#!/bin/sh
case " $* " in *" -R "*) [ -e ${hangs} ] || { touch ${hangs}; sleep 1000; } ;; esac
exec /usr/sbin/ipvsadm "$@"
`;

/**
 * Whose the hosts of a running cluster are: a new name, another inventory, hosts that are given up and taken over, a
 * transaction that hangs and one that is killed. The clients notice nothing of it.
 */
const { client, director, vip } = directRouting;
const inventory = (of: Readonly<Record<string, number>>): object => directRouting.inventory(of, [vip]);
const {
  world,
  step,
  change: changeAsked,
  blank,
} = raise({
  title: 'ownership',
  bare: false,
  client,
  machines: inventory({ rs1: 2, rs2: 1, rs3: 1 }),
});
const change = (t: ExecutionContext, ...options: readonly string[]): Promise<string> =>
  changeAsked(t, `http://${vip}/`, ...options);

const renamed = (more: Readonly<Record<string, number>> = weights): object =>
  JSON.parse(JSON.stringify(inventory(more)).replaceAll('"rs1"', '"web1"')) as object;
const hosts = [director, 'rs1', 'rs3'];
const manifests = (): Promise<string[]> =>
  Promise.all(hosts.map((host) => world().on(host, 'cat /var/lib/lvsform/manifest.json')));

step('the cluster serves', async (t) => {
  await world().write(inventory(weights));
  const applied = await world().lvsform('apply', '--lab', '--yes');
  t.is(applied.code, 0, applied.output);
});

step('a real server with a new name is the same host', async (t) => {
  await world().write(renamed());
  const { output } = await world().lvsform('plan', '--lab');
  t.regex(output, /rs1 is now called web1/);
  t.notRegex(output, /Danger/i);
  const booted = await world().on('rs1', 'ip -o addr show dev lo');
  await change(t);
  t.is(await world().on('rs1', 'ip -o addr show dev lo'), booted);
});

step('hosts of another inventory are refused, and stay as they are', async (t) => {
  const before = await manifests();
  await world().write({ ...renamed(), name: 'other' });
  for (const [command, said] of [
    ['apply', /belongs to the inventory story/],
    ['destroy', /all hosts that were read belong to another: story/],
  ] as const) {
    const { code, output } = await world().lvsform(command, '--lab', '--yes', '--force');
    t.is(code, 1, output);
    t.regex(output, said);
  }
  t.deepEqual(await manifests(), before);
});

step('hosts that are given up go on, and another inventory may have them', async (t) => {
  await world().write(renamed());
  const { code, output } = await world().lvsform('forget', director, 'web1', 'rs3', '--lab', '--yes');
  t.is(code, 0, output);
  await world().write({ ...renamed(), name: 'other' });
  await change(t);
  for (const text of await manifests()) t.regex(text, /"inventory":"other"/);
});

step('hosts are taken over by name, and with --force only', async (t) => {
  await world().write(renamed());
  const refused = await world().lvsform('apply', '--lab', '--yes', '--take-over', 'other');
  t.is(refused.code, 1, refused.output);
  t.regex(refused.output, /--force/);
  await change(t, '--take-over', 'other');
  for (const text of await manifests()) t.regex(text, /"inventory":"story"/);
});

step('a transaction that hangs tells its step, and undoes all when its lock is released', async (t) => {
  const { applied } = await hanging(3);
  const { output } = await world().lvsform('lock', 'status', '--lab');
  t.regex(
    output,
    new RegExp(
      `${director}: locked by \\S+ since .* \\(.*\\)\\n +process \\d+ is running\\n +its last step: `,
    ),
  );
  const released = await world().lvsform('lock', 'release', director, '--lab', '--yes');
  t.is(released.code, 0, released.output);
  t.regex((await applied).output, /rolled back|as it was/);
  await world().on(director, `rm ${stopper}`);
  await change(t);
});

step('a transaction whose shell was killed leaves a lock that the next one takes over', async (t) => {
  const { applied } = await hanging(2);
  await world().on(director, 'owner=$(readlink /var/lib/lvsform/lock/owner); kill -9 "${owner%%-*}"');
  t.regex((await applied).output, /its shell was killed/);
  await world().on(director, `rm ${stopper}`);
  await change(t);
  t.is((await world().lvsform('lock', 'status', '--lab', '--limit', director)).output, `${director}: free\n`);
});

/** Applies a weight for web1 to a director where that step hangs. Gives what becomes of it, once it hangs. */
async function hanging(weight: number): Promise<{ applied: Promise<Ran> }> {
  const put = line(['printf', '%s', stopping]);
  await world().on(director, `rm -f ${hangs}; ${put} > ${stopper} && chmod 755 ${stopper}`);
  await world().write(renamed({ ...weights, rs1: weight }));
  const applied = world().lvsform('apply', '--lab', '--yes');
  await world().until('the step hangs', 60, () =>
    world()
      .on(director, `test -e ${hangs}`)
      .then(
        () => true,
        () => false,
      ),
  );
  return { applied };
}

step('destroy leaves nothing', async (t) => {
  await world().write(renamed());
  const destroyed = await world().lvsform('destroy', '--lab', '--yes');
  t.is(destroyed.code, 0, destroyed.output);
  await blank(t);
});
