import net from 'node:net';
import { HostFailure } from '../../port.ts';
import { TurnedAway } from '../lost.ts';
import type { Route } from '../route.ts';

/** Opens a TCP connection without Nagle's algorithm, which would cost two round trips (measured). */
export async function open(
  { host, port, family, bind }: Pick<Route, 'host' | 'port' | 'family' | 'bind'>,
  timeout: number,
): Promise<net.Socket> {
  if (family !== undefined && net.isIP(host) !== 0 && net.isIP(host) !== family) {
    throw new HostFailure(`${host} is no address of IPv${family} (AddressFamily of ssh_config)`);
  }
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host,
      port,
      noDelay: true,
      ...(family === undefined ? {} : { family }),
      ...(bind === undefined ? {} : { localAddress: bind }),
    });
    const late = setTimeout(() => {
      socket.destroy();
      reject(
        new HostFailure(
          `${host}:${port} does not answer within ${timeout / 1000} s; is it up, and the address right?`,
        ),
      );
    }, timeout);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      reject(
        error.code === 'ECONNRESET'
          ? new TurnedAway(error.message, false)
          : new HostFailure(connectionProblem(host, port, error)),
      );
    });
  });
}

function connectionProblem(host: string, port: number, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${host}:${port}; is sshd running there, and the port right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} cannot be resolved; correct ssh.host, or add it to ssh_config`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host}; is it up, and the address right?`;
    default:
      return `${host}:${port}: ${error.message}`;
  }
}
