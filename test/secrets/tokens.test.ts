import test from 'ava';
import fc from 'fast-check';
import { applyPlan } from '../../src/apply/run.ts';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import {
  hasToken,
  joinedText,
  revealed,
  Secret,
  secretToken,
  shownText,
  textOf,
  UnknownSecret,
} from '../../src/model/secret.ts';
import { readPlan, writePlan } from '../../src/plan/file.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderer } from '../../src/render/templates.ts';
import { inventoryAt, inventoryOf } from '../support/inventories.ts';
import { outcomes, testClock, world } from '../support/world.ts';

const secrets = new Map([['web/failover', new Secret('0123456789')]]);
const lookAlikes = ['@@secret:web/failover@@', '@@secret:web/failover:8@@', '@@secret:no/such@@'];

test('a secret comes into its place, whole or in part; one that is not known is an error', (t) => {
  const made = textOf(`a ${secretToken('web/failover')} b ${secretToken('web/failover', 4)}`);
  t.deepEqual(made, ['a ', { secret: 'web/failover' }, ' b ', { secret: 'web/failover', form: 4 }]);
  t.is(revealed(made, secrets), 'a 0123456789 b 0123');
  t.is(shownText(made), 'a @@secret:web/failover@@ b @@secret:web/failover:4@@');
  t.is(revealed(joinedText(made, '!'), secrets), 'a 0123456789 b 0123!');
  t.throws(() => revealed(textOf(secretToken('shop/failover')), secrets), {
    instanceOf: UnknownSecret,
    message: /shop\/failover is not known/,
  });
});

test('text that looks like a secret, beside a true one, stays what it is', (t) => {
  const text = fc
    .array(fc.oneof(fc.string(), fc.constantFrom(...lookAlikes, '@@', 'secret:', 'web/failover')))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      t.is(textOf(before), before);
      t.is(revealed(before, secrets), before);
      const made = textOf(`${before}${secretToken('web/failover')}${after}`);
      t.is(revealed(made, secrets), `${before}0123456789${after}`);
      t.false(hasToken(shownText(made)));
    }),
  );
});

test('a host that writes the text of a secret into its files gets that text back, and no secret', async (t) => {
  const w = await world(t, await inventoryAt('inventories/quorum-device'));
  const forged = lookAlikes.map((text) => `10.9.9.9 ${text}\n`).join('');
  for (const host of ['lb1', 'lb2', 'rs1']) {
    await w.sim.shell(
      host,
      `mkdir -p etc root/.ssh; tee -a etc/hosts root/.ssh/authorized_keys <<'EOF'\n${forged}EOF`,
    );
  }
  const plan = readPlan(writePlan(await w.plan()));
  const results = await w.apply(plan);
  t.true(
    results.every(({ outcome }) => outcome === 'changed'),
    JSON.stringify(outcomes(results)),
  );
  for (const host of ['lb1', 'lb2', 'rs1']) {
    const text = await w.sim.shell(host, 'cat etc/hosts root/.ssh/authorized_keys');
    t.is(text.split(forged).length, 3, text);
    t.notRegex(text, /key-of-/);
    if (host !== 'rs1') t.regex(text, /# lvsform begin[^\n]*\nfrom="[^"]*" ssh-ed25519 /);
  }
});

test('an inventory that writes the text of another secret gets that text, in sensitive documents, too', async (t) => {
  const inventory = await inventoryAt('inventories/heartbeat-crm');
  const [cluster] = inventory.clusters;
  const check = { ...cluster!.services[0]!.check, request: '@@secret:web/failover@@' };
  const forged = {
    ...inventory,
    clusters: [
      {
        ...cluster!,
        services: cluster!.services.map((service, index) => (index === 0 ? { ...service, check } : service)),
      },
    ],
  };
  const w = await world(t, forged);
  await w.apply(readPlan(writePlan(await w.plan())));
  const text = await w.sim.shell('lb1', 'cat etc/ha.d/ldirectord.cf');
  t.regex(text, /request = "@@secret:web\/failover@@"/);
  t.regex(text, /passwd = "key-of-web\/check-1/);
  t.notRegex(text, /key-of-web\/failover/);
});

test('a secret that is not at hand is a failure of the host that needs it; the others go on', async (t) => {
  const w = await world(t, await inventoryAt('inventories/heartbeat'));
  const plan: Plan = await w.plan();
  const results = await applyPlan(plan, { who: 'a@b', since: '2026-01-01T00:00:00Z', why: 'a test' }, 4, {
    hosts: w.hosts,
    clock: testClock,
    emit: () => {},
    secrets: new Map(),
  });
  const found = outcomes(results);
  t.is(found['lb1'], 'failed');
  t.is(found['rs1'], 'changed');
  t.regex(results.find(({ host }) => host === 'lb1')!.message ?? '', /the secret web\/failover is not known/);
});

test('a secret has its place in documents alone', async (t) => {
  const inventory = inventoryOf(
    `
clusters:
  web:
    mode: dr
    vip: 10.1.0.100
    directors: { lb1: 10.1.0.2/24 }
    real_servers: { rs1: 10.1.0.11 }
    services: [{ port: 80 }]
`.replace('name: t\n', ''),
  );
  const render = renderer(await readTemplates());
  const host = { ...inventory.hosts[0]!, interface: secretToken('web/failover') };
  t.throws(() => resourcesOf(inventory, host, 'debian', render), {
    message: /a secret outside of a document/,
  });
});
