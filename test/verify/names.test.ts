import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:https';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import type { Family } from '../../src/model/family.ts';
import { renderer } from '../../src/render/templates.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import { readRequests, trafficScript } from '../../src/verify/requests.ts';
import { inventoryOf } from '../support/inventories.ts';
import { complete } from '../support/library.ts';

const run = promisify(execFile);
const name = 'www.example.com';

/** A web server at an address of the loopback network that refuses a handshake with another name, or with none. */
async function serverOf(t: ExecutionContext, address: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-names-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [...made, '-subj', `/CN=${name}`, '-days', '2', '-keyout', key, '-out', cert]);
  const server: Server = createServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (request, response) => {
      // Without a name in the handshake, Node does not ask its SNICallback.
      const { servername } = request.socket as { servername?: string | false };
      if (servername !== name) return void request.socket.destroy();
      response.end(`${request.url} ${request.headers.host}\n`);
    },
  );
  server.listen(0, address);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

function cluster(host: string, address: string, port: number, engine: string): string {
  const check = `{ kind: https, ${host} request: /health, expect: '^/health ${name}' }`;
  return `name: names
clusters:
  web:
    mode: nat
    vip: 172.16.100.1
    directors: { lb1: 172.16.100.2/24 }
    real_servers: { rs1: { address: '${address}' } }
    services: [{ port: ${port}, ask: https, check: ${check} }]
    health: { engine: ${engine} }
`;
}

/** What the monitor's own script says of the real server: each check is made once. */
async function monitorSays(t: ExecutionContext, host: string, family: Family): Promise<boolean> {
  const address = '127.77.0.1';
  const port = await serverOf(t, address);
  const inventory = inventoryOf(cluster(host, '172.16.100.9', port, 'monitor'));
  const documents = rendered(inventory, inventory.hosts[0]!, family, renderer(await readTemplates()));
  const script = documents.find(({ content }) => content.includes('\nweb() {'))!.content;
  const functions = script.slice(0, script.lastIndexOf('case $1 in')).replaceAll('172.16.100.9', address);
  const checked = `${functions}\nmake() { :; }\nwatch() { shift 3; if "$@"; then echo up; else echo down; fi; }\nservice_0\n`;
  const { stdout } = await run('sh', ['-c', checked]);
  t.regex(stdout, /^(up|down)\n$/);
  return stdout === 'up\n';
}

test('the monitor’s https check names the host in its handshake', async (t) => {
  t.true(await monitorSays(t, `host: ${name},`, 'debian'));
  t.true(await monitorSays(t, `host: ${name},`, 'rhel7'));
  t.false(await monitorSays(t, '', 'debian'), 'the server refuses who names no host');
  t.false(await monitorSays(t, `host: ${name},`, 'rhel6'), 'its curl cannot');
});

for (const address of ['127.77.0.2', '::1']) {
  test(`verify’s requests to ${address} name the host of the service’s check`, async (t) => {
    const port = await serverOf(t, address);
    const [service] = inventoryOf(cluster(`host: ${name},`, '172.16.100.9', port, 'keepalived')).clusters[0]!
      .services;
    const question = { ...service!.questions[0]!, vip: address };
    t.is(question.host, name);
    const errands = [
      { question, count: 1 },
      { question: { ...question, host: undefined }, count: 1 },
    ];
    const { stdout } = await run('sh', ['-c', complete(trafficScript(errands, 'F'))]);
    const answer = parseAnswer(stdout, 'F');
    const [named, unnamed] = [0, 1].map((index) => readRequests(answer, 'https', index)[0]!);
    t.is(named!.failure, undefined);
    t.is(named!.said, `/ ${name}`);
    t.not(unnamed!.failure, undefined, 'the server refuses who names no host');
  });
}
