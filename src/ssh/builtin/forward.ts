import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { HostFailure } from '../../port.ts';
import type { Route } from '../route.ts';

type Place = Pick<Route, 'host' | 'port'>;

/** A stream to a host through a jump host; `limit` is in milliseconds. Throws HostFailure. */
export function forward(client: Client, jump: Place, { host, port }: Place, limit: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let over = false;
    const fail = (why: string): void => {
      over = true;
      reject(new HostFailure(`the jump host ${jump.host} ${why}`));
    };
    const late = setTimeout(
      () => fail(`did not open a way to ${host}:${port} within ${limit / 1000} s; is that host up?`),
      limit,
    );
    const answered = (error: Error | undefined, stream: Duplex): void => {
      clearTimeout(late);
      if (error !== undefined) fail(`cannot reach ${host}:${port}: ${error.message}`);
      else if (over) stream.destroy();
      else resolve(stream);
    };
    try {
      client.forwardOut('127.0.0.1', 0, host, port, answered);
    } catch (error) {
      clearTimeout(late);
      fail(`is gone: ${String(error)}`);
    }
  });
}
