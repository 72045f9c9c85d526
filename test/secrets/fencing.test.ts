import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { fileWay, isSecretParam } from '../../src/model/fencing-secrets.ts';
import { secretNeeds } from '../../src/model/secret-needs.ts';
import { revealed, Secret, secretToken, textOf } from '../../src/model/secret.ts';
import { writePlan } from '../../src/plan/file.ts';
import { renderer } from '../../src/render/templates.ts';
import { eventJson, planJson } from '../../src/report/json.ts';
import { inventoryOf } from '../support/inventories.ts';
import { world } from '../support/world.ts';

/** Parameters as fence-agents and cluster-glue name them. */
const secrets = [
  'passwd',
  'password',
  'snmp_priv_passwd',
  'community',
  'secret_key',
  'login_passwd',
  'token',
  'apikey',
  'api_key',
  'ilo_password',
  'client_secret',
  'auth_key',
  'PASSWORD',
  'passphrase',
  'ssh_pw',
];
const open = [
  'passwd_script',
  'password_script',
  'snmp_priv_passwd_script',
  'passwd_method',
  'password_file',
  'identity_file',
  'token_url',
  'ipaddr',
  'login',
  'username',
  'access_key',
  'plug',
  'pcmk_host_list',
  'hostlist',
  'snmp_auth_prot',
  'serviceaccount',
  'keyboard',
];

test('a secret is known by its name, and what only points to one is none', (t) => {
  t.deepEqual(
    secrets.filter((name) => !isSecretParam(name)),
    [],
  );
  t.deepEqual(open.filter(isSecretParam), []);
});

const pair = (failover: string): string => `
clusters:
  web:
    mode: dr
    vip: 10.1.0.100
    directors: { lb1: 10.1.0.2/24, lb2: 10.1.0.3 }
    real_servers: { rs1: 10.1.0.11 }
    services: [{ port: 80 }]
    failover: ${failover}
`;

const cases: readonly [engine: string, agent: string, param: string, onHost: string, told: RegExp][] = [
  [
    'pacemaker',
    'fence_ipmilan',
    'passwd',
    'etc/lvsform/fencing/web-fence-1-passwd',
    /name=.passwd_script. value=.cat \/etc\/lvsform\/fencing\/web-fence-1-passwd/,
  ],
  [
    'pacemaker',
    'external/ipmi',
    'passwd',
    'etc/lvsform/fencing/web-fence-1-passwd',
    /name=.passwd_method. value=.file./,
  ],
  [
    'cman',
    'fence_vmware_rest',
    'password',
    'etc/lvsform/fencing/web-fence-1-password',
    /password_script="cat \/etc\/lvsform/,
  ],
  [
    'cman',
    'fence_apc_snmp',
    'community',
    'etc/cluster/cluster.conf',
    /community="",\{"secret":"web\/fence-1-community","form":"xml"\}/,
  ],
];

for (const [engine, agent, param, onHost, told] of cases) {
  test(`${agent} under ${engine}: ${param} is on its host, and nowhere else`, async (t) => {
    const device = `fencing: [{ agent: ${agent}, params: { ipaddr: 10.9.0.2, ${param}: stored } }]`;
    const inventory = inventoryOf(pair(`{ engine: ${engine}, ${device} }`));
    const documents = JSON.stringify(
      resourcesOf(inventory, inventory.hosts[1]!, 'rhel6', renderer(await readTemplates())),
    ).replaceAll('\\"', '"');
    t.regex(documents, told);
    const name = `web/fence-1-${param}`;
    const w = await world(t, inventory, () => 'rhel6');
    const canary = `key-of-${name}`;
    const plan = await w.plan();
    t.true(plan.secrets.some((need) => need.name === name));
    for (const said of [writePlan(plan), w.text(plan), JSON.stringify(planJson(plan))])
      t.false(said.includes(canary));
    await w.apply(plan);
    t.regex(await w.sim.shell('lb2', `cat ${onHost}`), new RegExp(canary));
    t.regex(await w.sim.shell('lb2', `stat -c %a ${onHost}`), /^[46]00\n$/);
    t.false((await w.sim.shell('lb2', 'cat var/lib/lvsform/manifest.json')).includes(canary));
    t.false(JSON.stringify(w.events.map((event) => eventJson(event, 'a plan'))).includes(canary));
    const again = await w.plan();
    t.false(w.text(again).includes(canary));
    t.false(writePlan(again).includes(canary));
  });
}

test('a device’s secret comes from the store, the environment or a command, and is not generated', (t) => {
  const params = '{ passwd: { env: A }, password: { command: b }, snmp_priv_passwd: stored }';
  const inventory = inventoryOf(
    pair(`{ engine: pacemaker, fencing: [{ agent: fence_x, params: ${params} }] }`),
  );
  t.deepEqual(
    secretNeeds(inventory).filter(({ name }) => name.includes('fence')),
    [
      { name: 'web/fence-1-passwd', source: { from: 'env', name: 'A' }, form: 'given' },
      { name: 'web/fence-1-password', source: { from: 'command', command: 'b' }, form: 'given' },
      { name: 'web/fence-1-snmp_priv_passwd', source: { from: 'store' }, form: 'given' },
    ],
  );
  t.is(fileWay('fence_aws', 'secret_key'), undefined);
});

test('in XML a secret is written as XML has it', (t) => {
  t.is(revealed(textOf(secretToken('a', 'xml')), new Map([['a', new Secret('x&<"y')]])), 'x&amp;&lt;&quot;y');
});
