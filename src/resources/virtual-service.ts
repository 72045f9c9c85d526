import type { Command } from '../shell/quote.ts';
import { linesOf } from '../observe/answer.ts';
import {
  destinationKey,
  type Forward,
  parseTable,
  type TableDestination,
  type TableService,
} from './ipvs-table.ts';
import { type Action, type Change, type Context, type Detail, type Kind, run } from './kind.ts';

export interface WantedDestination extends TableDestination {
  /** The real server's name. */
  readonly server: string;
}

/** A virtual service with its real servers, in the kernel's table. */
export interface VirtualServiceResource {
  readonly kind: 'virtual-service';
  /** As `TableService.key`. */
  readonly key: string;
  readonly want:
    | 'absent'
    | (Omit<TableService, 'key' | 'destinations'> & { readonly destinations: readonly WantedDestination[] });
  /** Seconds, and active connections, until a leaving real server is taken out. */
  readonly drain: { readonly timeout: number; readonly connections: number };
}

export interface ObservedService {
  /** Undefined where the table has no such service. */
  readonly service: TableService | undefined;
}

export const virtualServiceKind: Kind<VirtualServiceResource, ObservedService> = {
  kind: 'virtual-service',
  key: ({ key }) => key,

  // ipvsadm loads ip_vs where it is not there; a plan only reads, so it is asked only where ip_vs is loaded.
  probe: () =>
    [
      'if [ -d sys/module/ip_vs ] && command -v ipvsadm >/dev/null; then',
      '  ipvsadm -Sn',
      '  say thresholds',
      '  ipvsadm -Ln --thresholds | while read -r first second upper lower rest; do',
      '    case $first in',
      '      TCP|UDP|SCTP|FWM) service="$first $second" ;;',
      '      "->") [ "$second" = RemoteAddress:Port ] || printf \'%s %s %s %s\\n\' "$service" "$second" "$upper" "$lower" ;;',
      '    esac',
      '  done',
      'fi',
    ].join('\n'),

  parse: (answer, services) => {
    const table = tableOf(answer);
    return services.map(({ key }) => ({ service: table.find((each) => each.key === key) }));
  },

  compare: (resource, { service }, context) => ({ change: difference(resource, service, context) }),

  restore: (managed, { service }) => {
    if (service === undefined) return { ...managed, want: 'absent' };
    const { key: _, destinations, ...rest } = service;
    const named = destinations.map((each) => ({ ...each, server: each.address }));
    return { ...managed, want: { ...rest, destinations: named } };
  },

  others: (answer, services) =>
    tableOf(answer)
      .filter(({ key }) => !services.some((each) => each.key === key))
      .map(
        ({ key }) =>
          `virtual service ${readable(key)} is in the table and not in the inventory: left as it is`,
      ),
};

function tableOf(answer: { section: (name: string) => string | undefined }): TableService[] {
  return parseTable(answer.section('virtual-service'), answer.section('thresholds'));
}

function difference(
  { key, want, drain }: VirtualServiceResource,
  has: TableService | undefined,
  context: Context,
): Change | undefined {
  const title = `virtual service ${readable(key)}`;
  const edits = new Edits(key, drain, context);
  if (want === 'absent') {
    if (has === undefined) return undefined;
    for (const each of has.destinations) edits.drain(each, each.address);
    edits.dropService(has);
    return { id: `virtual-service:${key}`, verb: 'remove', title, ...edits.result() };
  }
  if (has === undefined) edits.addService(want);
  else edits.editService(want, has);
  const old = new Map((has?.destinations ?? []).map((each) => [destinationKey(each), each] as const));
  for (const each of want.destinations) {
    const before = old.get(destinationKey(each));
    if (before === undefined) edits.addDestination(each);
    else edits.editDestination(each, before);
    old.delete(destinationKey(each));
  }
  for (const each of old.values()) edits.removeDestination(each);
  const result = edits.result();
  if (result.actions.length === 0) return undefined;
  return { id: `virtual-service:${key}`, verb: has === undefined ? 'add' : 'change', title, ...result };
}

/** Collects the edits of one service: each with its undo, in an order in which no client is refused. */
class Edits {
  readonly #key: readonly string[];
  readonly #drain: VirtualServiceResource['drain'];
  readonly #context: Context;
  readonly #name: string;
  readonly #details: Detail[] = [];
  readonly #actions: Action[] = [];
  readonly #interrupts: string[] = [];

  constructor(key: string, drain: VirtualServiceResource['drain'], context: Context) {
    this.#key = key.split(' ');
    this.#drain = drain;
    this.#context = context;
    this.#name = readable(key);
  }

  result(): { details: Detail[]; actions: Action[]; interrupts: string[] } {
    return { details: this.#details, actions: this.#actions, interrupts: this.#interrupts };
  }

  addService(want: ServiceOptions): void {
    this.#details.push({ verb: 'add', text: describeOptions(want).join(', ') });
    this.#table(`add ${this.#name}`, this.#service('-A', want), ['absent', 'ipvsadm', '-D', ...this.#key]);
  }

  editService(want: ServiceOptions, has: ServiceOptions): void {
    const differences = optionDifferences(want, has);
    if (differences.length === 0) return;
    for (const text of differences) this.#details.push({ verb: 'change', text });
    this.#table(`edit ${this.#name}`, this.#service('-E', want), this.#service('-E', has));
  }

  addDestination(want: WantedDestination): void {
    this.#details.push({ verb: 'add', text: `${describe(want, want.server)} weight ${want.weight}` });
    const undo = ['absent', 'ipvsadm', '-d', ...this.#key, '-r', destinationKey(want)];
    this.#table(`add ${want.server} to ${this.#name}`, this.#destination('-a', want), undo, [want.server]);
  }

  editDestination(want: WantedDestination, has: TableDestination): void {
    const differences = destinationDifferences(want, has);
    if (differences.length === 0) return;
    for (const text of differences) this.#details.push({ verb: 'change', text: `${want.server} ${text}` });
    const undo = this.#destination('-e', has);
    this.#table(`edit ${want.server} in ${this.#name}`, this.#destination('-e', want), undo);
  }

  removeDestination(has: TableDestination): void {
    this.#details.push({ verb: 'remove', text: describe(has, has.address) });
    this.drain(has, has.address);
    const at = { stage: 'retire', of: 'table' } as const;
    const remove = ['absent', 'ipvsadm', '-d', ...this.#key, '-r', destinationKey(has)];
    const back = ['ensure', ...this.#destination('-a', has)];
    this.#actions.push(run(at, `remove ${destinationKey(has)} from ${this.#name}`, [remove], [back]));
  }

  drain(has: TableDestination, server: string): void {
    const { timeout, connections } = this.#drain;
    const quiet = this.#destination('-e', { ...has, weight: 0 });
    const wait = [
      'drained',
      this.#key[0]!,
      this.#key[1]!,
      destinationKey(has),
      String(timeout),
      String(connections),
    ];
    const undo = this.#destination('-e', has);
    const at = { stage: 'retire', of: 'drain' } as const;
    this.#actions.push(run(at, `drain ${server} of ${this.#name}`, [quiet, wait], [undo]));
    const active = this.#context.connections.get(`${listName(this.#key)} ${destinationKey(has)}`);
    const now = active === undefined ? '' : ` (${active} active connections now)`;
    this.#interrupts.push(`${server} leaves ${this.#name}${now}: it is drained for at most ${timeout} s`);
  }

  dropService(has: TableService): void {
    const at = { stage: 'retire', of: 'table' } as const;
    const back = has.destinations.map((each) => ['ensure', ...this.#destination('-a', each)]);
    const undo = [['ensure', ...this.#service('-A', has)], ...back];
    this.#actions.push(run(at, `remove ${this.#name}`, [['absent', 'ipvsadm', '-D', ...this.#key]], undo));
  }

  #table(title: string, command: Command, undo: Command, needs: readonly string[] = []): void {
    this.#actions.push(run({ stage: 'prepare', of: 'table' }, title, [command], [undo], needs));
  }

  /** Every attribute is named: an edit sets those that it leaves out to their defaults (measured). */
  #service(verb: '-A' | '-E', options: ServiceOptions): Command {
    return ['ipvsadm', verb, ...this.#key, ...serviceWords(options)];
  }

  #destination(verb: '-a' | '-e', destination: TableDestination): Command {
    return ['ipvsadm', verb, ...this.#key, ...destinationWords(destination)];
  }
}

type ServiceOptions = Omit<TableService, 'key' | 'destinations'>;

/** The options of a service as ipvsadm takes and `ipvsadm -Sn` prints them. */
export function serviceWords({
  scheduler,
  persistence,
  netmask,
  flags,
  onePacket,
  engine,
}: ServiceOptions): string[] {
  return [
    '-s',
    scheduler,
    ...(persistence > 0 ? ['-p', String(persistence)] : []),
    ...(persistence > 0 && netmask !== undefined ? ['-M', netmask] : []),
    ...(flags.length > 0 ? ['-b', flags.join(',')] : []),
    ...(onePacket ? ['-o'] : []),
    ...(engine === undefined ? [] : ['--pe', engine]),
  ];
}

const forwardFlags: Record<Forward, string> = { gate: '-g', masq: '-m', ipip: '-i' };

/** The options of a destination as ipvsadm takes them; `ipvsadm -Sn` prints them without the thresholds. */
export function destinationWords(destination: TableDestination): string[] {
  const { forward, weight, upper, lower } = destination;
  return [
    '-r',
    destinationKey(destination),
    forwardFlags[forward],
    '-w',
    String(weight),
    ...(upper > 0 ? ['-x', String(upper)] : []),
    ...(lower > 0 ? ['-y', String(lower)] : []),
  ];
}

function describeOptions(options: ServiceOptions): string[] {
  const { scheduler, persistence, netmask, flags, onePacket, engine } = options;
  return [
    `scheduler ${scheduler}`,
    ...(persistence > 0
      ? [`persistence ${persistence} s${netmask === undefined ? '' : ` by ${netmask}`}`]
      : []),
    ...(flags.length > 0 ? [`flags ${flags.join(',')}`] : []),
    ...(onePacket ? ['one-packet'] : []),
    ...(engine === undefined ? [] : [`engine ${engine}`]),
  ];
}

function optionDifferences(want: ServiceOptions, has: ServiceOptions): string[] {
  const differs = (name: string, from: string, to: string): string[] =>
    from === to ? [] : [`${name} ${from} -> ${to}`];
  const seconds = (value: number): string => (value === 0 ? 'none' : `${value} s`);
  return [
    ...differs('scheduler', has.scheduler, want.scheduler),
    ...differs('persistence', seconds(has.persistence), seconds(want.persistence)),
    ...differs('netmask', has.netmask ?? 'none', want.netmask ?? 'none'),
    ...differs('flags', has.flags.join(',') || 'none', want.flags.join(',') || 'none'),
    ...differs('one-packet', String(has.onePacket), String(want.onePacket)),
    ...differs('engine', has.engine ?? 'none', want.engine ?? 'none'),
  ];
}

function destinationDifferences(want: TableDestination, has: TableDestination): string[] {
  return [
    ...(want.weight === has.weight ? [] : [`weight ${has.weight} -> ${want.weight}`]),
    ...(want.forward === has.forward ? [] : [`forwarding ${has.forward} -> ${want.forward}`]),
    ...(want.upper === has.upper ? [] : [`upper threshold ${has.upper} -> ${want.upper}`]),
    ...(want.lower === has.lower ? [] : [`lower threshold ${has.lower} -> ${want.lower}`]),
  ];
}

function describe(destination: TableDestination, server: string): string {
  const target = destinationKey(destination);
  return server === destination.address ? target : `${server} ${target}`;
}

/** `-t 10.0.0.1:80` as people read it: `tcp 10.0.0.1:80`. */
export function readable(key: string): string {
  const [flag = '', rest = ''] = key.split(' ');
  return `${flags[flag] ?? flag} ${rest}`;
}

const flags: Record<string, string> = { '-t': 'tcp', '-u': 'udp', '--sctp-service': 'sctp', '-f': 'fwmark' };

function listName([flag = '', rest = '']: readonly string[]): string {
  return `${(flags[flag] ?? flag).toUpperCase().replace('FWMARK', 'FWM')} ${rest}`;
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
