import { sole } from '../engines/agreed.ts';
import type { Cluster, TimeEngine } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import type { Role } from '../model/roles.ts';
import { common, type Component, type Site } from './component.ts';

interface Engine {
  readonly template: string;
  readonly package: string;
  readonly unit: string;
  readonly path: string;
  readonly driftfile: string;
  readonly check?: readonly string[];
}

/** The ntpd of RHEL up to 7. */
const ntp: Engine = {
  template: 'time/ntp.conf',
  package: 'ntp',
  unit: 'ntpd',
  path: '/etc/ntp.conf',
  driftfile: '/var/lib/ntp/drift',
};

/** On RHEL it comes from EPEL and replaces ntp. */
const ntpsec: Record<Family, Engine> = {
  debian: {
    template: 'time/ntp.conf',
    package: 'ntpsec',
    unit: 'ntpsec',
    path: '/etc/ntpsec/ntp.conf',
    driftfile: '/var/lib/ntpsec/ntp.drift',
  },
  rhel7: {
    template: 'time/ntp.conf',
    package: 'ntpsec',
    unit: 'ntpd',
    path: '/etc/ntp.conf',
    driftfile: '/var/lib/ntp/drift',
  },
  rhel6: ntp,
};

/** The package, files and unit of each engine, by family. Debian 12's ntpd is ntpsec; RHEL 8 and later have chrony only. */
const engines: Record<Exclude<TimeEngine, 'ntpdate'>, Record<Family, Engine>> = {
  chrony: {
    debian: {
      template: 'time/chrony.conf',
      package: 'chrony',
      unit: 'chrony',
      path: '/etc/chrony/chrony.conf',
      driftfile: 'chrony.drift',
      check: ['chronyd', '-p', '-f', '{}'],
    },
    rhel7: {
      template: 'time/chrony.conf',
      package: 'chrony',
      unit: 'chronyd',
      path: '/etc/chrony.conf',
      driftfile: 'drift',
    },
    rhel6: ntp,
  },
  ntpsec,
  ntpd: {
    debian: ntpsec.debian,
    rhel7: ntp,
    rhel6: ntp,
  },
};

/** Packages of ntpdate. */
const ntpdates: Record<Family, string> = { debian: 'ntpsec-ntpdate', rhel7: 'ntpdate', rhel6: 'ntpdate' };

/** Clocks that agree: hosts ask the time servers, or the directors, which ask the time servers. */
export const timeComponent: Component = (site) => {
  const roles = site.roles.filter(({ cluster }) => cluster.time !== undefined);
  // Two clusters that want different settings are refused (LVS102).
  const time = sole(
    roles.map(({ cluster }) => cluster.time),
    'time',
  );
  if (time === undefined) return [];
  const sources = roles.filter((role) => time.fromDirectors && role.as === 'director');
  const source = sources.length > 0;
  // A director asks the time servers, even if it is another cluster's real server.
  const servers = time.fromDirectors && !source ? [...new Set(roles.flatMap(directorsOf))] : time.servers;
  // A host that others ask must run a daemon.
  if (time.engine === 'ntpdate' && !source) return fromCron(site, servers);
  const engine = engines[time.engine === 'ntpdate' ? 'ntpd' : time.engine][site.family];
  const content = site.render(engine.template, {
    ...common(site),
    servers,
    source,
    clients: [...new Set(sources.flatMap(({ cluster }) => clientsOf(cluster)))],
    driftfile: engine.driftfile,
    localClock: engine.package === 'ntp',
  });
  const resources: Resource[] = [
    { kind: 'package', name: engine.package, installed: true },
    file(engine.path, content, engine.check === undefined ? {} : { check: engine.check }),
    {
      kind: 'unit',
      name: engine.unit,
      enabled: true,
      running: true,
      packaged: true,
      watches: [{ path: engine.path, action: 'restart' }],
    },
  ];
  return resources;
};

/** ntpdate from cron: for hosts without a daemon. */
function fromCron(site: Site, servers: readonly string[]): Resource[] {
  return [
    { kind: 'package', name: ntpdates[site.family], installed: true },
    ...(site.family === 'debian'
      ? [{ kind: 'package' as const, name: 'cron', installed: true, unless: 'cron' }]
      : []),
    file('/etc/cron.d/lvsform-ntpdate', site.render('time/ntpdate.cron', { ...common(site), servers })),
  ];
}

function directorsOf({ cluster }: Role): string[] {
  return cluster.directors.map(({ address }) => address);
}

function clientsOf({ network, realServers }: Cluster): string[] {
  return network === undefined ? realServers.map(({ address }) => address) : [network];
}
