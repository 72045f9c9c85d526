import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { inventoryOf } from '../support/inventories.ts';
import { applyAndDie, type KillPoint, killPoints } from '../support/dying.ts';
import { type World, world } from '../support/world.ts';

const before = `
clusters:
  web:
    mode: dr
    vips: [172.16.100.1, 172.16.100.3]
    directors:
      lb1: 172.16.100.2/24
    real_servers:
      rs1: 172.16.100.7
      rs2: 172.16.100.8
    services:
      - { vip: 172.16.100.1, port: 80, scheduler: wlc }
      - { vip: 172.16.100.3, port: 80, scheduler: rr }
`;
/** A real server leaves, another one comes, a VIP moves, a scheduler changes: every sort of transaction. */
const after = before
  .replace('rs2: 172.16.100.8', 'rs3: 172.16.100.9')
  .replaceAll('172.16.100.3', '172.16.100.5')
  .replace('wlc', 'wrr');
const all = before.replace('rs2: 172.16.100.8', 'rs2: 172.16.100.8\n      rs3: 172.16.100.9');
const hosts = ['lb1', 'rs1', 'rs2', 'rs3'];

/** All that a host has, but for what names a run, and what this test puts there. */
const snapshot =
  `find . ( -path ./var/lib/lvsform/backup -o -path './var/lib/lvsform.removed.*' -o -path ./.sim/bin -o -path ./.sim/tables -o -path ./.sim/held -o -path ./.sim/go -o -path './proc/sys/net/ipv4/vs' -o -path './sys/module/*' ) -prune -o -type f ! -name 'manifest.*' -exec sha256sum {} + | sort -k 2
find . ( -path ./var/lib/lvsform/backup -o -path './var/lib/lvsform.removed.*' -o -path ./.sim/bin -o -path './sys/module/*' -o -path './proc/sys/net/ipv4/vs' ) -prune -o ! -type f -printf '%p %m %l\\n' | sort
[ ! -f var/lib/lvsform/manifest.json ] || sed -E 's/"(plan|at)":"[^"]*"/"\\1"/' var/lib/lvsform/manifest.json`
    .replaceAll(' ( ', " '(' ")
    .replaceAll(' ) ', " ')' ");

const snapshots = (w: World): Promise<string[]> =>
  Promise.all(hosts.map((host) => w.sim.shell(host, snapshot)));

/** The director tells its whole table after every change. */
const telling = `mkdir -p .sim/bin; cat > .sim/bin/ipvsadm <<'END'
#!/bin/sh
PATH=\${PATH#*:} ipvsadm "$@"
status=$?
{ echo; cat "$LVSFORM_ROOT/.sim/table"; } >> "$LVSFORM_ROOT/.sim/tables"
exit $status
END
chmod 755 .sim/bin/ipvsadm; : > .sim/tables`;

/** Services with real servers of a weight above 0, in one state of the table. */
function served(table: string): Map<string, Set<string>> {
  const services = new Map<string, Set<string>>();
  for (const text of table.split('\n')) {
    const [, service, server, weight] = /^-a -t (\S+) -r (\S+) .*-w (\d+)/.exec(text) ?? [];
    if (service === undefined || Number(weight) === 0) continue;
    services.set(service, (services.get(service) ?? new Set()).add(server!));
  }
  return services;
}

/** States of the table in which a service lacks a real server that it had before and has in the end. */
function refusals(tables: string): string[] {
  const states = tables.split('\n\n').filter((text) => text.trim() !== '');
  const [first, last] = [served(states[0] ?? ''), served(states.at(-1) ?? '')];
  return states.filter((state) =>
    [...first].some(([service, servers]) =>
      [...servers].some(
        (server) => last.get(service)?.has(server) === true && !served(state).get(service)?.has(server),
      ),
    ),
  );
}

/** A run of its own has another name, and other parts; a host that is new is owned since then. */
const withoutRun = (texts: readonly string[]): string[] =>
  texts.map((text) => text.replace(/"last":\{[^}]*\},?\s*/, '').replace(/"since":"[^"]*"/, ''));

/** All points, or with LVSFORM_KILL_POINTS every n-th of them: all in a longer run, some in `npm test`. */
const stride = process.env['LVSFORM_KILL_POINTS'] === 'all' ? 1 : 17;

test('the controller is killed at every point: each host is before or after each of its transactions, and the next run needs no help', async (t) => {
  t.timeout(stride === 1 ? 3_600_000 : 600_000);
  const w = await world(t, inventoryOf(all));
  await w.settle(before);
  await w.sim.shell('lb1', `${telling}; cat .sim/table > .sim/tables`);
  const keep = (from: string, to: string): Promise<unknown> =>
    Promise.all(
      hosts.map((host) =>
        w.sim.shell(
          host,
          `from=$LVSFORM_ROOT${from} to=$LVSFORM_ROOT${to}; rm -rf "$to"; mkdir -p "$to"; cp -a "$from/." "$to/"`,
        ),
      ),
    );
  await keep('', '.kept');
  const plan = await w.plan(after);
  const ids = plan.transactions.map(({ id }) => id);
  for (const id of ['rs1 prepare', 'rs3', 'lb1', 'rs1 retire', 'rs2', 'lb1 roster'])
    t.true(ids.includes(id), id);

  // What each host looks like before and after each of its transactions, from a run that nothing disturbs.
  const whole = new Map(hosts.map((host) => [host, new Set<string>()]));
  const look = async (host: string): Promise<void> => {
    whole.get(host)!.add(await w.sim.shell(host, snapshot));
  };
  await Promise.all(hosts.map(look));
  const points = await killPoints(w, plan, look);
  const settled = await snapshots(w);

  // Among them: a destroy whose state still is to be removed when nobody listens any more.
  const always = ({ transaction, says }: KillPoint): boolean =>
    `${transaction}: ${says}` === 'rs2: outcome committed';
  t.true(points.some(always));
  const tried = points.filter(
    (point, index) => index % stride === 0 || index === points.length - 1 || always(point),
  );
  for (const point of tried) {
    const where = `${point.transaction}: ${point.says}`;
    await keep('.kept', '');
    await applyAndDie(w, plan, point);
    for (const [index, text] of (await snapshots(w)).entries())
      t.true(whole.get(hosts[index]!)!.has(text), `${where}: ${hosts[index]} is half done\n${text}`);
    for (const host of hosts)
      t.is(await w.sim.shell(host, 'ls -d var/lib/lvsform/lock 2>/dev/null || true'), '', where);
    // Only one who has heard that all went well, and dies before he says so, leaves what was kept.
    const left = await w.sim.shell('rs2', 'ls -d var/lib/lvsform.removed.* 2>/dev/null || true');
    if (point.at !== Infinity) t.is(left, '', where);
    await w.sim.shell('rs2', 'rm -rf var/lib/lvsform.removed.*');
    const results = await w.apply(await w.plan(after));
    t.deepEqual(
      results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'ok'),
      [],
      where,
    );
    t.false(hasChanges(await w.plan(after)), where);
    t.deepEqual(withoutRun(await snapshots(w)), withoutRun(settled), where);
    t.deepEqual(refusals(await w.sim.shell('lb1', 'cat .sim/tables')), [], where);
  }
  t.log(`the controller was killed at ${tried.length} of ${points.length} points`);
});
