import { createHmac, randomBytes } from 'node:crypto';
import { SshFiles } from '../../src/ssh/files.ts';
import { knownLine } from '../../src/ssh/known-hosts.ts';
import { sshRoutes } from '../../src/ssh/settings/routes.ts';
import { withFolder } from '../folder.ts';
import { timed } from '../in-turn.ts';
import { isInstalled, run } from '../process.ts';
import type { Section } from '../report.ts';
import { seconds } from '../statistics.ts';

const hosts = Array.from({ length: 2000 }, (_, index) => ({
  name: `host${index}`,
  address: `10.65.${Math.floor(index / 250)}.${1 + (index % 250)}`,
  key: ed25519(),
}));

/** What the user's own files cost where they name many hosts. */
export const configuration: Section = {
  name: 'configuration',
  title: 'ssh_config and known_hosts with 2,000 hosts',
  run: async () => {
    const rows: [what: string, ours: number, peer: string, one: number | undefined][] = [];
    await withFolder(async ({ write }) => {
      const config = await write('config', hosts.map(block).join(''));
      const plain = await write('plain', hosts.map((host) => knownLine(host.address, host.key)).join(''));
      const hashed = await write(
        'hashed',
        hosts.map((host) => knownLine(hash(host.address), host.key)).join(''),
      );
      const last = hosts.at(-1)!;
      rows.push([
        'ssh_config, a block a host',
        await timed(() => routes(config)),
        '`ssh -G`',
        await peer('ssh', '-G', '-F', config, last.name),
      ]);
      for (const [what, file] of [
        ['known_hosts, plain', plain],
        ['known_hosts, hashed', hashed],
      ] as const) {
        const one = await peer('ssh-keygen', '-F', last.address, '-f', file);
        rows.push([what, await timed(() => judge(file)), '`ssh-keygen -F`', one]);
      }
    });
    return {
      parts: [
        `lvsform looks all 2,000 hosts up in one file; OpenSSH reads its files in each process, and its figure is for one host, the last one.`,
        {
          head: ['file', 'lvsform, 2,000 hosts', 'OpenSSH', 'one host'],
          rows: rows.map(([what, ours, peerName, one]) => [
            what,
            seconds(ours),
            peerName,
            one === undefined ? 'not installed' : seconds(one),
          ]),
        },
      ],
      figures: Object.fromEntries(rows.map(([what, ours, , one]) => [what, { ours, one }])),
    };
  },
};

const block = ({ name, address }: { name: string; address: string }): string =>
  `Host ${name}\n  HostName ${address}\n  User admin\n  Port 2222\n`;

/** How each host is reached. */
async function routes(config: string): Promise<void> {
  const routeOf = await sshRoutes({ config, connectTimeout: 10_000, silence: 60_000 });
  for (const { name, address } of hosts) {
    const { port } = routeOf({ name, ssh: { host: address, sudo: false } });
    if (port !== 2222) throw new Error(`the block of ${name} was not found`);
  }
}

/** Whether the key of each host is known. */
async function judge(file: string): Promise<void> {
  const known = await new SshFiles().knownHosts([file]);
  for (const { address, key } of hosts) {
    known.types(address);
    if (known.check(address, key).is !== 'known') throw new Error(`the key of ${address} is not known`);
  }
}

async function peer(...words: readonly string[]): Promise<number | undefined> {
  return (await isInstalled(words[0]!)) ? (await run(words)).wall : undefined;
}

/** As `ssh-keygen -H` writes a name. */
function hash(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

/** The wire form of a key that nobody has. */
function ed25519(): Buffer {
  const text = (data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  return Buffer.concat([text(Buffer.from('ssh-ed25519')), text(randomBytes(32))]);
}
