import type {
  Ask,
  Destination,
  Path,
  Persistence,
  RealServer,
  Vip,
  VirtualService,
} from '../model/cluster.ts';
import { canonical } from '../net/address.ts';
import type { ServiceShape } from './shape.ts';

export const defaultScheduler = 'wlc';

/** A virtual service as it is written to the one that it means. */
export function resolveService(
  shape: ServiceShape,
  at: Path,
  vips: readonly Vip[],
  realServers: readonly RealServer[],
): VirtualService {
  const vip = shape.vip === undefined ? vips[0]?.address : canonical(shape.vip);
  return {
    at,
    protocol: shape.protocol ?? 'tcp',
    vip: vip ?? '0.0.0.0',
    port: shape.port,
    scheduler: shape.scheduler ?? defaultScheduler,
    persistence: resolvePersistence(shape.persistence),
    ask: shape.ask ?? defaultAsk(shape),
    destinations: chosenServers(shape, at, realServers).flatMap(({ name, path, written }): Destination[] => {
      const server = realServers.find((each) => each.name === name);
      if (server === undefined) return [];
      const own = typeof written === 'number' ? { weight: written } : written;
      return [
        {
          at: path,
          server: name,
          address: server.address,
          port: own?.port ?? shape.real_port ?? shape.port,
          weight: own?.weight ?? server.weight,
        },
      ];
    }),
  };
}

interface ChosenServer {
  readonly name: string;
  readonly path: Path;
  readonly written: number | { weight?: number | undefined; port?: number | undefined } | null;
}

/** The real servers that a service names, or all of them. */
export function chosenServers(
  shape: ServiceShape,
  at: Path,
  realServers: readonly { readonly name: string; readonly at: Path }[],
): ChosenServer[] {
  const chosen = shape.real_servers;
  if (chosen === undefined) return realServers.map(({ name, at: path }) => ({ name, path, written: null }));
  if (Array.isArray(chosen)) {
    return chosen.map((name, index) => ({ name, path: [...at, 'real_servers', index], written: null }));
  }
  return Object.entries(chosen).map(([name, written]) => ({
    name,
    path: [...at, 'real_servers', name],
    written,
  }));
}

/** By the port, as people use them. */
function defaultAsk({ port, protocol }: ServiceShape): Ask {
  if (protocol === 'udp') return 'none';
  if (port === 443 || port === 8443) return 'https';
  return [80, 8000, 8080, 8088].includes(port) ? 'http' : 'tcp';
}

function resolvePersistence(shape: ServiceShape['persistence']): Persistence | undefined {
  if (shape === undefined) return undefined;
  if (typeof shape === 'number') return { timeout: shape, netmask: undefined };
  return { timeout: shape.timeout, netmask: shape.netmask };
}
