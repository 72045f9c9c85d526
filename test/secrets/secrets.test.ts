import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { oneLine } from '../../src/cli/secrets.ts';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { renderer } from '../../src/render/templates.ts';
import { SecretStore, storedNames } from '../../src/disk/secret-store.ts';
import { Secret } from '../../src/model/secret.ts';
import { writePlan } from '../../src/plan/file.ts';
import { eventJson } from '../../src/report/json.ts';
import { inventoryAt } from '../support/inventories.ts';
import { world } from '../support/world.ts';

test('a store gives back what was put in, with its passphrase alone, and shows no more than names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-secrets-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'secrets.lvsform');
  const store = await SecretStore.open(path, new Secret('open sesame, please'));
  store.set('web/failover', new Secret('the key'));
  store.set('shop/failover', new Secret('another'));
  await store.save();
  t.deepEqual(await storedNames(path), ['shop/failover', 'web/failover']);
  const text = await readFile(path, 'utf8');
  t.notRegex(text, /the key|another|sesame/);
  const again = await SecretStore.open(path, new Secret('open sesame, please'));
  t.is(again.get('web/failover')!.reveal(), 'the key');
  t.is(again.get('nobody'), undefined);
  await t.throwsAsync(SecretStore.open(path, new Secret('guess')), { message: /cannot be opened/ });
  // What was sealed under one name does not open under another.
  await writeFile(path, text.replace('shop/failover', 'mail/failover'));
  await t.throwsAsync(SecretStore.open(path, new Secret('open sesame, please')), {
    message: /cannot be opened/,
  });
});

const sealedShort = JSON.stringify({
  version: 1,
  salt: '/2AIP7tchogU7nOIu92uYw==',
  secrets: {
    'web/failover': {
      nonce: '7TMqFLEkFuT+hz+s',
      tag: 'm8Zg4D6MW3cTkKHosKkkFQ==',
      text: 'S7yCfZSGJA==',
    },
  },
});

test('a store that was sealed with a short passphrase opens with it, also when it is empty', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-secrets-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'secrets.lvsform');
  await t.throwsAsync(SecretStore.open(path, new Secret('short')), { message: /at least 12 characters/ });
  // Made before there was a limit: by the passphrase `short`.
  await writeFile(path, sealedShort);
  const store = await SecretStore.open(path, new Secret('short'));
  t.is(store.get('web/failover')?.reveal(), 'the key');
  store.remove('web/failover');
  await store.save();
  t.deepEqual(await storedNames(path), []);
  await t.notThrowsAsync(SecretStore.open(path, new Secret('short')));
  await t.throwsAsync(SecretStore.open(path, new Secret('open sesame, please')), {
    message: /cannot be opened/,
  });
});

test('a plan that leaves the directors out needs no key', async (t) => {
  const w = await world(t, await inventoryAt('inventories/heartbeat'));
  const plan = await w.plan(undefined, {
    secrets: new Map(),
    selection: { limit: ['rs1'], exclude: [] },
  });
  t.deepEqual(plan.secrets, []);
  t.deepEqual(
    plan.hosts.map(({ host }) => host),
    ['rs1'],
  );
});

test('a key reaches its host and nothing else: not the plan, not its file, not the events', async (t) => {
  const w = await world(t, await inventoryAt('inventories/heartbeat'));
  const plan = await w.plan();
  const key = 'key-of-web/failover';
  t.false(writePlan(plan).includes(key));
  t.false(w.text(plan).includes(key));
  t.deepEqual(plan.secrets, [{ name: 'web/failover', source: { from: 'store' } }]);
  await w.apply(plan);
  for (const host of ['lb1', 'lb2']) {
    t.regex(await w.sim.shell(host, 'cat etc/ha.d/authkeys'), /^1 sha1 key-of-web\/failover-+$/m);
    t.is(await w.sim.shell(host, 'stat -c %a etc/ha.d/authkeys'), '600\n');
    t.false((await w.sim.shell(host, 'cat var/lib/lvsform/manifest.json')).includes(key));
  }
  t.false(JSON.stringify(w.events.map((event) => eventJson(event, 'a plan'))).includes(key));
});

test('a key is one word: nothing can add a line to the document that it stands in', (t) => {
  t.is(oneLine('web/failover', 'abc123').reveal(), 'abc123');
  for (const value of ['', 'two words', 'one\ntwo', 'quo"te', 'back\\slash']) {
    t.throws(() => oneLine('web/failover', value), { message: /a secret must be one word/ });
  }
});

test('heartbeat multicasts on the port that it is told', async (t) => {
  const inventory = await inventoryAt('inventories/heartbeat-crm');
  const clusters = inventory.clusters.map((cluster) => ({
    ...cluster,
    failover: { ...cluster.failover!, port: 1694 },
  }));
  const documents = rendered(
    { ...inventory, clusters },
    inventory.hosts[0]!,
    'debian',
    renderer(await readTemplates()),
  );
  const conf = documents.find(({ path }) => path === '/etc/ha.d/ha.cf')!.content;
  t.regex(conf, /^udpport 1694$/m);
  t.regex(conf, /^mcast eth0 225\.0\.0\.1 1694 1 0$/m);
});
