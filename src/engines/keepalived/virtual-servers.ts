import type { Cluster, Destination, VirtualService } from '../../model/cluster.ts';
import { serviceName } from '../../model/service-key.ts';
import { type Checker, checkerOf } from './checker.ts';
import { health as facts } from './facts.ts';

/** What the template has of a virtual server: a service with its real servers and their checks. */
export function serviceContext({ mode, health }: Cluster, service: VirtualService): object {
  const { scheduler, flags, onePacket, persistence, check, destinations, sorry } = service;
  return {
    title: serviceName(service),
    ...virtualOf(service),
    scheduler,
    flags,
    onePacket,
    method: destinations[0] === undefined ? methods[mode] : methodOf(destinations[0]),
    persistence:
      persistence === undefined
        ? false
        : {
            timeout: persistence.timeout,
            netmask: persistence.netmask ?? false,
            engine: persistence.engine ?? false,
          },
    check: {
      interval: check.interval,
      timeout: check.timeout,
      // Here keepalived refuses 0 (2.2.7), which it takes in each checker.
      retry: check.tries - 1,
      pause: facts.pause,
    },
    quiesce: health.quiesce,
    directives: [...health.directives.service, ...service.directives],
    sorry: sorry === undefined ? false : { place: placeText(sorry), method: methodOf(sorry) },
    servers: destinations.map((each) => serverContext(service, each, health.directives.server)),
  };
}

/** `10.0.0.1 80` or `fwmark 8`; only a firewall mark needs the address family beside it. */
function virtualOf({ mark, family, places }: VirtualService): object {
  if (mark !== undefined)
    return { virtual: `fwmark ${mark}`, family: family === 'ipv6' ? 'inet6' : 'inet', protocol: false };
  const { vip, first, protocol } = places[0]!;
  return { virtual: `${vip} ${first}`, family: false, protocol: protocol.toUpperCase() };
}

function serverContext(service: VirtualService, destination: Destination, lines: readonly string[]): object {
  const { server, weight, thresholds } = destination;
  const checker: Checker | undefined = checkerOf(service.check, service.places[0]!, destination);
  return {
    name: server,
    place: placeText(destination),
    weight,
    method: methodOf(destination),
    upper: thresholds.upper,
    lower: thresholds.lower,
    check: checker ?? false,
    directives: [...lines, ...destination.directives],
  };
}

function placeText({ address, port }: Destination): string {
  return `${address} ${port}`;
}

const methods = { dr: 'DR', nat: 'NAT', fullnat: 'NAT', tun: 'TUN' } as const;
const checksums = { none: 'nocsum', full: 'csum', remote: 'remcsum' } as const;

function methodOf({ mode, tunnel: { type, port, checksum } }: Destination): string {
  if (mode !== 'tun' || type === 'ipip') return methods[mode];
  return `TUN type ${type}${type === 'gue' ? ` port ${port}` : ''} ${checksums[checksum]}`;
}
