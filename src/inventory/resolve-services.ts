import type {
  Ask,
  Destination,
  Path,
  Persistence,
  Place,
  Protocol,
  Question,
  RealServer,
  Vip,
  VirtualService,
} from '../model/cluster.ts';
import { type AddressFamily, canonical, familyOf, isAddress, netmaskOf } from '../net/address.ts';
import type { Check } from '../model/health.ts';
import { resolveCheck } from './resolve-health.ts';
import { apart, placesOf } from './service-places.ts';
import { resolveThresholds, resolveTunnel } from './resolve-servers.ts';
import type { HealthShape } from './shape-health.ts';
import type { ServiceShape } from './shape.ts';

export const defaultScheduler = 'wlc';

/** False for a service that does not say which packets are its own; a rule reports it. */
export function isTold({ port, mark, ports, protocol }: ServiceShape): boolean {
  return port !== undefined || ports !== undefined || (mark !== undefined && protocol !== undefined);
}

/**
 * Expands a written virtual service: one for each port, protocol and VIP that it names; with a firewall mark one for each address
 * family.
 */
export function resolveService(
  shape: ServiceShape,
  at: Path,
  vips: readonly Vip[],
  realServers: readonly RealServer[],
  health: HealthShape | undefined,
): VirtualService[] {
  const servers = new Map(realServers.map((each) => [each.name, each] as const));
  return apart(shape, placesOf(shape, at, vips)).map(({ places, portAt }) => {
    const family = familyOf(places[0].vip);
    const port = shape.real_port ?? (shape.mark === undefined ? places[0].first : 0);
    const destination = (server: RealServer, path: Path, own?: OwnSettings): Destination =>
      resolveDestination(port, family, server, path, own);
    const sorry = sorryServer(shape);
    const sorryAt = sorry && servers.get(sorry.server);
    const check = resolveCheck(shape.check, health, places, at);
    return {
      at,
      portAt,
      mark: shape.mark,
      family,
      places,
      scheduler: shape.scheduler ?? defaultScheduler,
      flags: shape.flags ?? [],
      onePacket: shape.one_packet ?? false,
      persistence: resolvePersistence(shape.persistence, family),
      helper: shape.helper,
      check,
      directives: shape.directives ?? [],
      questions: places.map((place) => questionOf(place, check, shape.ask)),
      destinations: chosenServers(shape, at, realServers).flatMap(({ name, path, written }) => {
        const server = servers.get(name);
        const own = typeof written === 'number' ? { weight: written } : (written ?? undefined);
        return server === undefined ? [] : [destination(server, path, own)];
      }),
      sorry:
        sorry?.server === local
          ? localDestination(places[0], shape.mark, [...at, 'sorry_server'])
          : sorryAt && destination(sorryAt, [...at, 'sorry_server'], { weight: 1, port: sorry?.port }),
    };
  });
}

/** The sorry server that is the director itself. */
export const local = 'local';

/**
 * The director itself as a destination. The kernel delivers a packet locally if the destination's address is its own, and under
 * DR leaves the packet's address and port as they are; under NAT it drops a packet to a loopback address (ip_vs_nat_xmit).
 */
function localDestination({ vip, first }: Place, mark: number | undefined, at: Path): Destination {
  return {
    at,
    server: local,
    address: familyOf(vip) === 'ipv6' ? '::1' : '127.0.0.1',
    port: mark === undefined ? first : 0,
    weight: 1,
    mode: 'dr',
    tunnel: resolveTunnel(undefined),
    thresholds: resolveThresholds(undefined),
    directives: [],
  };
}

type OwnSettings = Exclude<ChosenServer['written'], number | null>;

function resolveDestination(
  port: number,
  family: AddressFamily,
  server: RealServer,
  at: Path,
  own: OwnSettings = {},
): Destination {
  const { mode, tunnel, name, directives } = server;
  return {
    at,
    server: name,
    address: addressFor(server, family),
    port: own.port ?? port,
    weight: own.weight ?? server.weight,
    mode,
    tunnel,
    thresholds: own.thresholds === undefined ? server.thresholds : resolveThresholds(own.thresholds),
    directives: [...directives, ...(own.directives ?? [])],
  };
}

/** The real server's address of the service's family, if it has one; a tunnel can carry one family inside the other. */
function addressFor({ address, address6 }: RealServer, family: AddressFamily): string {
  return family === 'ipv6' && address6 !== undefined ? address6 : address;
}

interface ChosenServer {
  readonly name: string;
  readonly path: Path;
  readonly written:
    | number
    | {
        weight?: number | undefined;
        port?: number | undefined;
        thresholds?: { upper?: number | undefined; lower?: number | undefined } | undefined;
        directives?: readonly string[] | undefined;
      }
    | null;
}

/** The real servers that a service names, or all except its sorry server. */
export function chosenServers(
  shape: ServiceShape,
  at: Path,
  realServers: readonly { readonly name: string; readonly at: Path }[],
): ChosenServer[] {
  const chosen = shape.real_servers;
  if (chosen === undefined) {
    const sorry = sorryServer(shape)?.server;
    return realServers
      .filter(({ name }) => name !== sorry)
      .map(({ name, at: path }) => ({ name, path, written: null }));
  }
  if (Array.isArray(chosen)) {
    return chosen.map((name, index) => ({ name, path: [...at, 'real_servers', index], written: null }));
  }
  return Object.entries(chosen).map(([name, written]) => ({
    name,
    path: [...at, 'real_servers', name],
    written,
  }));
}

/** Expands the written sorry server. */
export function sorryServer({
  sorry_server: written,
}: ServiceShape): { server: string; port?: number | undefined } | undefined {
  return typeof written === 'string' ? { server: written } : written;
}

function questionOf({ protocol, vip, first }: Place, check: Check, told: Ask | undefined): Question {
  const port = first === 0 ? 80 : first;
  const fits = told === 'none' || (told === 'udp') === (protocol === 'udp');
  const ask = told !== undefined && fits ? told : defaultAsk(protocol, port);
  return { ask, protocol, vip, port, host: ask === check.kind ? check.host : undefined };
}

/** The usual request for a port. */
function defaultAsk(protocol: Protocol, port: number): Ask {
  if (protocol !== 'tcp') return 'none';
  if (port === 443 || port === 8443) return 'https';
  return [80, 8000, 8080, 8088].includes(port) ? 'http' : 'tcp';
}

function resolvePersistence(
  shape: ServiceShape['persistence'],
  family: AddressFamily,
): Persistence | undefined {
  if (shape === undefined) return undefined;
  if (typeof shape === 'number') return { timeout: shape, netmask: undefined, engine: undefined };
  return { timeout: shape.timeout, netmask: maskOf(shape.netmask, family), engine: shape.engine };
}

/** The mask as ipvsadm writes it: a dotted netmask, or a prefix length for IPv6. Undefined for one that covers the whole address. */
function maskOf(written: string | number | undefined, family: AddressFamily): string | undefined {
  if (written === undefined) return undefined;
  if (family === 'ipv6') return String(written) === '128' ? undefined : String(written);
  const mask = typeof written === 'number' ? (written > 32 ? String(written) : netmaskOf(written)) : written;
  return mask === '255.255.255.255' ? undefined : isAddress(mask) ? canonical(mask) : mask;
}
