import type { Cluster, Destination, VirtualService } from '../../model/cluster.ts';
import type { Family } from '../../model/family.ts';
import type { Check } from '../../model/health.ts';
import { serviceKey, serviceName } from '../../model/service-key.ts';
import { destinationKey } from '../../resources/ipvs-table.ts';
import { destinationWords, serviceWords } from '../../resources/ipvs-words.ts';
import { webRequest } from '../../shell/curl.ts';
import { type Command, line } from '../../shell/quote.ts';
import { type Component, directorRoles, serves } from '../../components/component.ts';
import { optionsOf, tableDestination } from '../../components/director-table.ts';
import { initScript } from '../../components/init-script.ts';
import { servingCommand } from '../../components/serving.ts';

/**
 * Our own monitor on a director: a script that makes the table and checks the real servers, with a process for each real
 * server of each service. For hosts without another daemon.
 */
export const monitorComponent: Component = (site) => {
  const mine = directorRoles(site, ({ health }) => health.engine === 'monitor');
  if (mine.length === 0) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const services = clusters.flatMap((cluster) => cluster.services.map((service) => ({ cluster, service })));
  return [
    ...initScript(
      site,
      {
        name: 'lvs-monitor',
        description: 'LVS monitor: checks the real servers',
        start: 92,
        stop: 8,
        active: mine.some(serves),
        engine: servingCommand(clusters),
      },
      'monitor/lvs-monitor',
      {
        services: services.map(({ cluster, service }, number) =>
          serviceContext(cluster, service, number, site.family),
        ),
      },
      'monitor/lvs-monitor.service',
    ),
  ];
};

function serviceContext(
  { health }: Cluster,
  service: VirtualService,
  number: number,
  family: Family,
): object {
  const { check, destinations, sorry } = service;
  const resolves = family !== 'rhel6';
  const all = [...destinations, ...(sorry === undefined ? [] : [sorry])];
  return {
    number,
    name: serviceName(service),
    key: serviceKey(service),
    options: serviceWords(optionsOf(service)).join(' '),
    interval: check.interval,
    tries: check.tries,
    quiesce: health.quiesce ? 'yes' : 'no',
    spare: sorry === undefined ? '' : destinationKey(sorry),
    spareOptions: sorry === undefined ? '' : optionWords(sorry),
    places: all.map(destinationKey).join(' '),
    servers: destinations.map((each) => ({
      words: line([
        each.server,
        destinationKey(each),
        optionWords(each),
        ...checkWords(service, each, resolves),
      ]),
    })),
  };
}

/** The options of a real server in the table, without its address and port. */
function optionWords(destination: Destination): string {
  const [, , ...words] = destinationWords(tableDestination(destination));
  return words.join(' ');
}

/** The greetings of mail and file servers. */
const greetings: Partial<Record<Check['kind'], string>> = {
  tcp: '',
  smtp: '220*',
  submission: '220*',
  ftp: '220*',
  imap: '\\* OK*',
  pop: '+OK*',
  nntp: '20[01]*',
};

/** The check as a command of the script's shell: it succeeds if the real server answers well, and always ends by itself. */
function checkWords(
  { check, places }: VirtualService,
  { address, port: own }: Destination,
  resolves: boolean,
): Command {
  const { kind, method, status, expect = '', host, request = '/', run = '' } = check;
  const { vip, first } = places[0]!;
  const port = String(check.port ?? (own === 0 ? first : own));
  const seconds = String(check.timeout);
  switch (kind) {
    case 'none':
      return [':'];
    case 'ping':
      return ['ping', '-c', '1', '-W', seconds, address];
    case 'script':
      return ['calls', seconds, run, vip, String(first), address, port];
    case 'http':
    case 'https': {
      const codes = status.length === 0 ? '200-299' : status.join(' ');
      const { options, url } = webRequest({
        scheme: kind,
        address,
        port: Number(port),
        host,
        resolves,
        path: request,
      });
      return ['web', seconds, method === 'HEAD' ? 'yes' : '', codes, expect, url, ...options];
    }
    default:
      return ['greets', seconds, address, port, greetings[kind] ?? ''];
  }
}
