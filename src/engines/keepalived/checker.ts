import type { Destination, Place } from '../../model/cluster.ts';
import type { Check, CheckKind } from '../../model/health.ts';
import { health } from './facts.ts';

/** A checker of keepalived.conf(5): the block's name and the lines in it. */
export interface Checker {
  readonly block: string;
  readonly lines: readonly string[];
}

/**
 * Writes a text so that keepalived reads it back unchanged. Inside quotes a backslash begins an escape, but for some keywords
 * \" still ends the string (measured, 2.2.7). So special characters are written as their codes, and so is $, which begins the
 * name of a definition.
 */
export function keepalivedText(text: string): string {
  const escaped = text.replaceAll(
    /["'\\$]/g,
    (each) => `\\${each.codePointAt(0)!.toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

/** The checker of one real server of a service; undefined if it is not checked. */
export function checkerOf(check: Check, place: Place, destination: Destination): Checker | undefined {
  const write = writers[check.kind];
  return write === undefined ? undefined : write(check, place, destination);
}

type Write = (check: Check, place: Place, destination: Destination) => Checker;
/** In a service by firewall mark a real server has no port of its own. */
const portOf = ({ port }: Check, { first }: Place, destination: Destination): number | undefined =>
  port ?? (destination.port === 0 && first > 0 ? first : undefined);

const plain =
  (block: string, own: (check: Check) => readonly string[] = () => []): Write =>
  (check, place, destination) => ({
    block,
    lines: [
      ...connection(portOf(check, place, destination)),
      ...own(check),
      ...rhythm(check),
      ...check.directives,
    ],
  });

const writers: Partial<Record<CheckKind, Write>> = {
  ping: plain('PING_CHECK'),
  tcp: plain('TCP_CHECK'),
  http: plain('HTTP_GET', url),
  https: plain('SSL_GET', (check) => [...(check.host === undefined ? [] : ['enable_sni']), ...url(check)]),
  smtp: plain('SMTP_CHECK', ({ host }) => (host === undefined ? [] : [`helo_name ${keepalivedText(host)}`])),
  dns: plain('DNS_CHECK', ({ request, record }) => [
    `type ${record ?? 'A'}`,
    ...(request === undefined ? [] : [`name ${request}`]),
  ]),
  udp: plain('UDP_CHECK', ({ request, expect }) => [
    ...(request === undefined ? [] : [`payload ${request}`]),
    ...(expect === undefined ? [] : [`require_reply ${expect}`]),
  ]),
  script: ({ run, timeout, tries, directives, port }, { vip, first }, destination) => ({
    block: 'MISC_CHECK',
    lines: [
      `misc_path ${keepalivedText([run, vip, first, destination.address, port ?? destination.port].join(' '))}`,
      `misc_timeout ${timeout}`,
      `retry ${tries - 1}`,
      `delay_before_retry ${health.pause}`,
      ...directives,
    ],
  }),
  file: ({ run, directives }) => ({ block: 'FILE_CHECK', lines: [`track_file ${run}`, ...directives] }),
  bfd: ({ run, directives }) => ({ block: 'BFD_CHECK', lines: [`name ${run}`, ...directives] }),
};

function connection(port: number | undefined): string[] {
  return port === undefined ? [] : [`connect_port ${port}`];
}

/** Each checker has these lines, since DNS_CHECK has other defaults. */
function rhythm({ tries }: Check): string[] {
  return [`retry ${tries - 1}`, `delay_before_retry ${health.pause}`];
}

function url({ request, expect, status, host }: Check): string[] {
  return [
    'url {',
    `    path ${keepalivedText(request ?? '/')}`,
    ...(status.length === 0 ? [] : [`    status_code ${status.join(' ')}`]),
    ...(host === undefined ? [] : [`    virtualhost ${keepalivedText(host)}`]),
    ...(expect === undefined ? [] : [`    regex ${keepalivedText(expect)}`]),
    '}',
  ];
}
