import type { Cluster } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import { common, type Component, type Role } from './component.ts';

interface Engine {
  readonly template: string;
  readonly package: string;
  readonly unit: string;
  readonly path: string;
  readonly driftfile: string;
  readonly check?: readonly string[];
}

/** Where each family keeps each engine. Debian 12's ntpd is ntpsec; RHEL 8 and later have chrony only. */
const engines: Record<'chrony' | 'ntpd', Record<Family, Engine>> = {
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
    rhel6: {
      template: 'time/ntp.conf',
      package: 'ntp',
      unit: 'ntpd',
      path: '/etc/ntp.conf',
      driftfile: '/var/lib/ntp/drift',
    },
  },
  ntpd: {
    debian: {
      template: 'time/ntp.conf',
      package: 'ntpsec',
      unit: 'ntpsec',
      path: '/etc/ntpsec/ntp.conf',
      driftfile: '/var/lib/ntpsec/ntp.drift',
    },
    rhel7: {
      template: 'time/ntp.conf',
      package: 'ntp',
      unit: 'ntpd',
      path: '/etc/ntp.conf',
      driftfile: '/var/lib/ntp/drift',
    },
    rhel6: {
      template: 'time/ntp.conf',
      package: 'ntp',
      unit: 'ntpd',
      path: '/etc/ntp.conf',
      driftfile: '/var/lib/ntp/drift',
    },
  },
};

/** Clocks that agree: from time servers, or from the directors, which ask the servers. */
export const timeComponent: Component = (site) => {
  const role = site.roles.find(({ cluster }) => cluster.time !== undefined);
  const time = role?.cluster.time;
  if (role === undefined || time === undefined) return [];
  const source = time.fromDirectors && role.as === 'director';
  const engine = engines[time.engine][site.family];
  const servers = time.fromDirectors && role.as === 'real server' ? directorsOf(role) : time.servers;
  const content = site.render(engine.template, {
    ...common(site),
    servers,
    source,
    clients: source ? clientsOf(role.cluster) : [],
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
      watches: [{ path: engine.path, action: 'restart' }],
    },
  ];
  return resources;
};

function directorsOf({ cluster }: Role): string[] {
  return cluster.directors.map(({ address }) => address);
}

function clientsOf({ network, realServers }: Cluster): string[] {
  return network === undefined ? realServers.map(({ address }) => address) : [network];
}
