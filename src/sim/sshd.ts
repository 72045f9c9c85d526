import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type Server } from 'ssh2';

export interface Simulation {
  readonly hostKey: string;
  /** The one public key that may log in. */
  readonly login: string;
}

/**
 * An SSH server in this process that runs what it is asked to in /bin/sh, with a host's tree as its root.
 * Gives the server, its port on the loopback interface, what ends its connections, and
 * whether nobody is connected and nothing runs any more.
 */
export function startServer(
  { hostKey, login }: Simulation,
  environment: () => Record<string, string>,
): Promise<{ server: Server; port: number; drop: () => void; idle: () => boolean }> {
  const allowed = ssh2.utils.parseKey(login);
  if (allowed instanceof Error) throw allowed;
  const clients = new Set<Connection>();
  let running = 0;
  const idle = (): boolean => clients.size === 0 && running === 0;
  const drop = (): void => clients.forEach((client) => client.end());
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => {});
    client.on('authentication', (context) => {
      if (context.method !== 'publickey' || !context.key.data.equals(allowed.getPublicSSH())) {
        context.reject(['publickey']);
      } else if (context.signature === undefined || context.blob === undefined) context.accept();
      else if (allowed.verify(context.blob, context.signature, context.hashAlgo)) context.accept();
      else context.reject();
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const shell = spawn('/bin/sh', ['-c', command], { env: environment(), stdio: 'pipe' });
        running += 1;
        channel.on('error', () => {});
        // As sshd does: who writes on into a connection that is gone is told so, and does not wait for a reader.
        channel.on('close', () => [shell.stdout, shell.stderr].forEach((each) => each.destroy()));
        shell.stdin.on('error', () => {});
        channel.pipe(shell.stdin);
        shell.stdout.pipe(channel, { end: false });
        shell.stderr.pipe(channel.stderr, { end: false });
        shell.on('exit', () => (running -= 1));
        shell.on('close', (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
      });
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, port: (server.address() as AddressInfo).port, drop, idle }),
    );
  });
}
