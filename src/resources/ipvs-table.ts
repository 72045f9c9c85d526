import { linesOf } from '../observe/answer.ts';

export type Forward = 'gate' | 'masq' | 'ipip';

export interface TableDestination {
  readonly address: string;
  readonly port: number;
  readonly forward: Forward;
  readonly weight: number;
  /** Thresholds of connections; 0 is none (ipvsadm -x and -y). */
  readonly upper: number;
  readonly lower: number;
}

/** A virtual service as the kernel has it. */
export interface TableService {
  /** -t, -u, --sctp-service or -f, and what follows it: `-t 10.0.0.1:80`. */
  readonly key: string;
  readonly scheduler: string;
  /** Seconds; 0 is no persistence. */
  readonly persistence: number;
  /** Dotted netmask; undefined for the whole address. */
  readonly netmask: string | undefined;
  /** Scheduler flags (-b), sorted: the kernel gives them back in another order than it got them. */
  readonly flags: readonly string[];
  readonly onePacket: boolean;
  readonly engine: string | undefined;
  readonly destinations: readonly TableDestination[];
}

export const destinationKey = ({ address, port }: { address: string; port: number }): string =>
  `${address}:${port}`;

/**
 * Reads what `ipvsadm -Sn` prints. It leaves out the thresholds (measured, ipvsadm 1.31), so these come from lines of
 * their own: `SERVICE DESTINATION UPPER LOWER`, a service as `TCP 10.0.0.1:80`.
 */
export function parseTable(saved: string | undefined, thresholds: string | undefined): TableService[] {
  const limits = new Map(
    linesOf(thresholds).map((text) => {
      const [protocol, service, destination, upper, lower] = text.split(' ');
      return [
        `${protocol} ${service} ${destination}`,
        { upper: Number(upper), lower: Number(lower) },
      ] as const;
    }),
  );
  const services = new Map<string, TableService & { destinations: TableDestination[] }>();
  for (const text of linesOf(saved)) {
    const words = text.trim().split(/\s+/);
    if (words[0] === '-A') {
      const service = parseService(words.slice(1));
      services.set(service.key, service);
    } else if (words[0] === '-a') {
      const { key, destination } = parseDestination(words.slice(1), limits);
      services.get(key)?.destinations.push(destination);
    }
  }
  return [...services.values()];
}

function parseService(words: readonly string[]): TableService & { destinations: TableDestination[] } {
  const options = readOptions(words.slice(2));
  return {
    key: `${words[0]} ${words[1]}`,
    scheduler: options.get('-s') ?? 'wlc',
    persistence: Number(options.get('-p') ?? 0),
    netmask: options.get('-M'),
    flags: (options.get('-b') ?? '').split(',').filter(Boolean).toSorted(),
    onePacket: options.has('-o') || options.has('--ops'),
    engine: options.get('--pe'),
    destinations: [],
  };
}

function parseDestination(
  words: readonly string[],
  limits: ReadonlyMap<string, { upper: number; lower: number }>,
): { key: string; destination: TableDestination } {
  const [flag = '', service = ''] = words;
  const options = readOptions(words.slice(2));
  const target = options.get('-r') ?? '';
  const colon = target.lastIndexOf(':');
  const found = limits.get(`${listNames[flag] ?? 'FWM'} ${service} ${target}`);
  return {
    key: `${flag} ${service}`,
    destination: {
      address: target.slice(0, colon),
      port: Number(target.slice(colon + 1)),
      forward: options.has('-m') ? 'masq' : options.has('-i') ? 'ipip' : 'gate',
      weight: Number(options.get('-w') ?? 1),
      upper: found?.upper ?? 0,
      lower: found?.lower ?? 0,
    },
  };
}

/** How `ipvsadm -L` names what `-S` writes as a flag. */
const listNames: Record<string, string> = { '-t': 'TCP', '-u': 'UDP', '--sctp-service': 'SCTP', '-f': 'FWM' };

const withoutValue = new Set(['-g', '-i', '-m', '-o', '--ops', '-6']);

function readOptions(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    options.set(word, withoutValue.has(word) ? '' : (words[++index] ?? ''));
  }
  return options;
}

/** Active connections by `TCP SERVICE DESTINATION`, from what `ipvsadm -Ln` prints. */
export function parseConnections(listed: string | undefined): Map<string, number> {
  const result = new Map<string, number>();
  let service = '';
  for (const text of linesOf(listed)) {
    const [first = '', second = '', , , active = ''] = text.trim().split(/\s+/);
    if (/^(TCP|UDP|SCTP|FWM)$/.test(first)) service = `${first} ${second}`;
    else if (first === '->' && /^\d+$/.test(active)) result.set(`${service} ${second}`, Number(active));
  }
  return result;
}
