import type { Cluster, Destination, VirtualService } from '../../model/cluster.ts';
import { startsHealth } from '../../model/failover.ts';
import type { Check, CheckKind } from '../../model/health.ts';
import { secretToken } from '../../model/secret.ts';
import { passwordsOf } from '../../model/secret-needs.ts';
import { serviceName } from '../../model/service-key.ts';
import { endpoint, familyOf } from '../../net/address.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import { common, type Component, directorRoles, serves } from '../../components/component.ts';
import { joined } from '../raw-lines.ts';
import { servingCommand } from '../../components/serving.ts';

const path = '/etc/ha.d/ldirectord.cf';

/**
 * ldirectord on a director: the table and the checks. It reads added and removed services only at a restart, which does not
 * change the table.
 */
export const ldirectordComponent: Component = (site) => {
  const mine = directorRoles(site, ({ health }) => health.engine === 'ldirectord');
  if (mine.length === 0) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const runs = mine.some(serves);
  const managed = clusters.some(startsHealth);
  const checks = clusters.flatMap(({ services }) => services.map(({ check }) => check));
  const intervals = new Set(checks.map(({ interval }) => interval));
  const content = site.render('ldirectord/ldirectord.cf', {
    ...common(site),
    timeout: Math.max(...checks.map(({ timeout }) => timeout)),
    interval: Math.min(...intervals),
    // A service has its own interval only in its own process.
    fork: intervals.size > 1 ? 'yes' : 'no',
    directives: joined(clusters.map(globalLines)),
    services: clusters.flatMap((cluster) =>
      cluster.services.map((each) => serviceContext(cluster, each, intervals.size > 1)),
    ),
  });
  const resources: Resource[] = [
    file(path, content, {
      traffic: 'ldirectord',
      check: ['ldirectord_reads', '{}'],
      ...(clusters.some((cluster) => passwordsOf(cluster).length > 0)
        ? { mode: '0600', sensitive: true as const }
        : {}),
    }),
    {
      kind: 'unit',
      name: 'ldirectord',
      enabled: runs && !managed,
      running: managed ? 'managed' : runs,
      ...(managed ? { again: ['ldirectord_again', path] } : {}),
      packaged: true,
      owns: true,
      watches: [{ path, action: 'restart' }],
      ...(managed ? {} : servingCommand(clusters)),
    },
  ];
  return resources;
};

function globalLines({ health: { alert, directives } }: Cluster): string[] {
  return [
    ...(alert === undefined
      ? []
      : [
          ...said('emailalert', alert.to.join(', ')),
          ...said('emailalertfrom', alert.from, false),
          ...said('smtp', alert.server, false),
        ]),
    ...directives.global,
  ];
}

function serviceContext({ health }: Cluster, service: VirtualService, fork: boolean): object {
  const { mark, family, places, scheduler, flags, onePacket, persistence, check, destinations, sorry } =
    service;
  const { vip, first, protocol } = places[0]!;
  return {
    title: serviceName(service),
    six: family === 'ipv6' ? '6' : '',
    virtual: mark === undefined ? endpoint(vip, first) : String(mark),
    protocol: mark === undefined ? protocol : 'fwm',
    servers: destinations.map((each) => ({
      place: placeText(each),
      forward: forwards[each.mode],
      weight: each.weight,
      lower: each.thresholds.lower,
      upper: each.thresholds.upper,
    })),
    sorry: sorry === undefined ? false : { place: placeText(sorry), forward: forwards[sorry.mode] },
    scheduler,
    flags: flags.join(','),
    onePacket,
    persistence:
      persistence === undefined
        ? false
        : { timeout: persistence.timeout, netmask: persistence.netmask ?? false },
    quiescent: health.quiesce ? 'yes' : 'no',
    directives: [...health.directives.service, ...service.directives],
    check: checkContext(check, fork),
  };
}

const forwards = { dr: 'gate', tun: 'ipip', nat: 'masq', fullnat: 'masq' } as const;

/** In a service by firewall mark a real server has no port. */
function placeText({ address, port }: Destination): string {
  if (port !== 0) return endpoint(address, port);
  return familyOf(address) === 'ipv6' ? `[${address}]` : address;
}

/** Checks that are a `checktype` of their own; all others are a `service`. */
const types: Partial<Record<CheckKind, string>> = {
  none: 'on',
  ping: 'ping',
  tcp: 'connect',
  script: 'external',
  perl: 'external-perl',
};

function checkContext(check: Check, fork: boolean): object {
  const { kind, interval, timeout, tries } = check;
  return {
    type: types[kind] ?? 'negotiate',
    service: types[kind] === undefined && kind,
    interval: fork && interval,
    timeout,
    tries,
    lines: checkLines(check),
  };
}

function checkLines({
  port,
  request,
  expect,
  method,
  host,
  login,
  password,
  database,
  run,
  directives,
}: Check): string[] {
  return [
    ...said('checkport', port, false),
    ...said('checkcommand', run),
    ...said('request', request),
    ...said('receive', expect),
    ...(method === 'HEAD' ? ['httpmethod = HEAD'] : []),
    ...said('virtualhost', host),
    ...said('login', login),
    ...said('passwd', password === undefined ? undefined : secretToken(password.name)),
    ...said('database', database),
    ...directives,
  ];
}

function said(name: string, value: string | number | undefined, quoted = true): string[] {
  return value === undefined ? [] : [`${name} = ${quoted ? `"${value}"` : value}`];
}
