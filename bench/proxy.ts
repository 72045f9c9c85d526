import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

export interface Proxy {
  readonly port: number;
  readonly stop: () => void;
}

/** A way to a host on which every byte takes half of the round trip's seconds in each direction. */
export async function delayingProxy(host: string, port: number, roundTrip: number): Promise<Proxy> {
  const half = (roundTrip * 1000) / 2;
  const server = net.createServer((near) => {
    near.setNoDelay(true);
    const far = net.connect({ host, port, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data: Buffer) => {
        setTimeout(() => to.write(data), half);
      });
      from.on('close', () => setTimeout(() => to.destroy(), half));
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return { port: own, stop: () => void server.close() };
}
