import { HostFailure } from '../port.ts';
import { clean } from '../text/clean.ts';
import { Connections } from './connections.ts';
import { SshFiles } from './files.ts';
import type { Route, SshOptions } from './route.ts';
import type { Channel } from './transport.ts';

/** What hears a command that talks with us. */
export interface Listener {
  /** A line of its standard output, as latin1. */
  readonly line: (text: string) => void;
  /** It has ended, or the connection is gone: why, in words. Called once. */
  readonly ended: (why: string) => void;
}

/** A command that talks with us, line by line, as long as both want. */
export interface Stream {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** Starts a command on a host, over a connection of its own. Throws HostFailure if the host cannot be reached. */
export async function openStream(
  route: Route,
  limits: Pick<SshOptions, 'connectTimeout' | 'turnedAway' | 'transport' | 'say'>,
  command: string,
  { line, ended }: Listener,
): Promise<Stream> {
  const connections = new Connections(limits, new SshFiles());
  let over = false;
  const end = (why: string): void => {
    if (!over) ended(why);
    over = true;
  };
  try {
    const { client, end: hangUp } = await connections.dial(route);
    client.on('error', () => {}).on('close', () => end('the connection was lost'));
    const channel = await new Promise<Channel>((resolve, reject) => {
      client.exec(command, (error, made) => {
        if (error !== undefined) {
          reject(new HostFailure(`it does not let us run a command: ${error.message}`, { reason: 'broken' }));
          return;
        }
        // At once: what it prints, and how it ends, may have come with the same packet.
        listen(made, line, end);
        resolve(made);
      });
    });
    return {
      write: (text) => void (over || channel.write(text)),
      close: () => {
        over = true;
        hangUp();
        connections.close();
      },
    };
  } catch (error) {
    connections.close();
    throw error;
  }
}

/** Passes on what a command prints, and how it ends. */
function listen(channel: Channel, line: (text: string) => void, end: (why: string) => void): void {
  let [rest, said] = ['', ''];
  let code: number | null | undefined;
  channel.on('data', (data: Buffer) => {
    const lines = (rest + data.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const each of lines) line(each);
  });
  channel.stderr.on('data', (data: Buffer) => (said = (said + data.toString('utf8')).slice(-2000)));
  channel.on('error', () => {});
  channel.on('exit', (status: number | null) => (code = status));
  channel.on('close', () => {
    const words = clean(said, 500).trim();
    const what = code === undefined ? 'the connection was lost' : `it ended with ${code ?? 'a signal'}`;
    end(words === '' ? what : `${what}: ${words}`);
  });
}
