import { everything } from '../../src/plan/policy.ts';
import { hasChanges } from '../../src/plan/plan.ts';
import type { Verb } from '../../src/resources/kind.ts';
import { startAll, stopAll } from '../support/boot-scripts.ts';
import { holdsVip, told } from '../support/rumours.ts';
import { outcomes, world } from '../support/world.ts';

/*
 * With --allow, what goes live and what comes back at boot are one thing, whatever is allowed: scripts and rule files have
 * what is there, and nothing of what is held back.
 */

const cluster = (
  name: string,
  vip: string,
  director: string,
  servers: string,
  port: number,
): string => `  ${name}:
    mode: dr
    vip: ${vip}
    directors: { ${director} }
    real_servers: { ${servers} }
    services: [{ port: ${port}, scheduler: wlc }]
`;
const lb1 = 'lb1: 172.16.100.2/24';
const lb2 = 'lb2: 172.16.100.3/24';
const [rs1, rs2, rs3, rs4] = [1, 2, 3, 4].map((each) => `rs${each}: 172.16.100.${each + 6}`) as [
  string,
  string,
  string,
  string,
];
const inventory = (...clusters: readonly string[]): string => `name: shop\nclusters:\n${clusters.join('')}`;
const api = cluster('api', '172.16.100.5', lb1, rs3, 443);
const ops = cluster('ops', '172.16.100.6', lb2, rs4, 22);
const web = cluster('web', '172.16.100.1', lb1, `${rs1}, ${rs2}`, 80);
const before = inventory(web, api, ops);

const moves = inventory(web.replace(lb1, lb2), api, ops);
const renumbered = before.replace('172.16.100.1', '172.16.100.99');
const served = before.replace(`${rs1}, ${rs2}`, `${rs2}, ${rs4}`);
const edited = before.replace('port: 80, scheduler: wlc }', 'port: 80, scheduler: rr }, { port: 25 }');
const rows: readonly (readonly [title: string, after: string, allow: readonly Verb[]])[] = [
  ['a VIP moves to another director', moves, ['change']],
  ['a VIP moves to another director', moves, ['add', 'remove']],
  ['a VIP gets another address', renumbered, ['add']],
  ['a VIP gets another address', renumbered, ['change', 'remove']],
  ['a real server comes, another one leaves', served, ['add']],
  ['a real server comes, another one leaves', served, ['remove']],
  ['a real server comes, another one leaves', served, ['change']],
  ['a service comes, and another one is edited', edited, ['add']],
  ['a service comes, and another one is edited', edited, ['add', 'change']],
  ['a cluster leaves', inventory(web, ops), ['add', 'remove']],
];
const hosts = ['lb1', 'lb2', 'rs1', 'rs2', 'rs3', 'rs4'];
/** The table and the addresses; in which order they came, and under which label, counts for nothing. */
const state = `ipvsadm -Sn 2>/dev/null | sort; ip -o -4 addr show | awk '{ print $2, $4 }' | sort`;

for (const [title, after, allow] of rows) {
  told(`--allow ${allow.join()}: ${title}, and a reboot changes nothing`, async (t) => {
    const w = await world(t, before);
    await w.settle();
    const options = { policy: { ...everything, allow } };
    const results = outcomes(await w.apply(await w.plan(after, options)));
    t.deepEqual(
      Object.values(results).filter((each) => !['changed', 'ok', 'skipped', 'in-part'].includes(each)),
      [],
    );
    const live = await Promise.all(hosts.map((host) => w.sim.shell(host, state)));
    for (const host of hosts) await w.sim.shell(host, `${stopAll} && ${startAll}`);
    t.deepEqual(await Promise.all(hosts.map((host) => w.sim.shell(host, state))), live);
    const holders = await Promise.all(['lb1', 'lb2'].map((host) => holdsVip(w, host)));
    t.true(holders.filter((each) => each === '1\n').length <= 1, 'the VIP is on one director at most');
    const again = await w.plan(after, options);
    if (!Object.values(results).some((each) => ['skipped', 'in-part'].includes(each)))
      t.false(hasChanges(again), w.text(again));
    await w.settle(after);
  });
}

const watched = (servers: string): string =>
  inventory(
    cluster('web', '172.16.100.1', lb1, servers, 80).replace(
      'mode: dr',
      'mode: dr\n    health: { engine: keepalived }',
    ),
  );

told('--allow edit: an engine is not told of a real server that is not made ready', async (t) => {
  const w = await world(t, watched(`${rs1}, ${rs2}`));
  await w.settle(watched(rs1));
  const plan = await w.plan(watched(`${rs1}, ${rs2}`), { policy: { ...everything, allow: ['change'] } });
  t.regex(w.text(plan), /keepalived\.conf is not changed: it would add rs2 172\.16\.100\.8:80 of tcp 172/);
  await w.apply(plan);
  t.notRegex(await w.sim.shell('lb1', 'cat etc/keepalived/keepalived.conf'), /172\.16\.100\.8/);
  await w.settle(watched(`${rs1}, ${rs2}`));
});

told(
  '--allow add on a service that was there before lvsform: destroy brings it back as it was',
  async (t) => {
    const w = await world(t, before);
    const theirs = '-A -t 172.16.100.1:80 -s rr\n-a -t 172.16.100.1:80 -r 172.16.100.50:80 -g -w 1\n';
    await w.sim.shell('lb1', `printf %s '${theirs}' | ipvsadm -R`);
    t.is(await w.sim.shell('lb1', 'ipvsadm -Sn'), theirs);
    const one = inventory(web);
    await w.apply(await w.plan(one, { policy: { ...everything, allow: ['add'] } }));
    t.regex(await w.sim.shell('lb1', 'ipvsadm -Sn'), /100\.50:80[^]*100\.8:80|100\.8:80[^]*100\.50:80/);
    await w.apply(await w.plan(one, { destroy: true }));
    t.is(await w.sim.shell('lb1', 'ipvsadm -Sn'), theirs);
  },
);

const couple = cluster('web', '172.16.100.1', `${lb1}, ${lb2}`, `${rs1}, ${rs2}`, 80);
const guarded = couple.replace('mode: dr', 'mode: dr\n    failover: { engine: keepalived, id: 51 }');
const engineRuns = 'systemctl is-active keepalived 2>/dev/null || true';

for (const allow of [['add'], ['add', 'remove'], ['change'], ['remove'], ['add', 'change']] as const) {
  told(
    `--allow ${allow.join()}: a pair of directors gets a failover engine as a whole, or not at all`,
    async (t) => {
      const w = await world(t, inventory(couple));
      await w.settle();
      const plan = await w.plan(inventory(guarded), { policy: { ...everything, allow } });
      await w.apply(plan);
      const runs = await Promise.all(['lb1', 'lb2'].map((host) => w.sim.shell(host, engineRuns)));
      t.is(runs[0], runs[1], w.text(plan));
      const holders = await Promise.all(['lb1', 'lb2'].map((host) => holdsVip(w, host)));
      t.true(holders.filter((each) => each === '1\n').length <= 1, 'the VIP is on one director at most');
      await w.settle(inventory(guarded));
    },
  );
}
