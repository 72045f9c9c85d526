import fc from 'fast-check';
import { stepsOf } from '../../src/apply/steps.ts';
import type { Tunnel } from '../../src/model/cluster.ts';
import { schedulerFlags, schedulers } from '../../src/model/schedulers.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import { destinationKey } from '../../src/resources/ipvs-table.ts';
import type { Change, RunAction } from '../../src/resources/kind.ts';
import { virtualServiceKind, type VirtualServiceResource } from '../../src/resources/virtual-service.ts';
import { type Command, line } from '../../src/shell/quote.ts';
import { hostScript } from '../../src/shell/script.ts';
import { complete } from './library.ts';

const keys = [
  '-t 10.0.0.100:80',
  '-u 10.0.0.100:80',
  '--sctp-service 10.0.0.101:80',
  '-t [fd00::100]:80',
  '-f 8',
  '-f 8 -6',
] as const;

const tunnel = fc.constantFrom<Tunnel | undefined>(
  undefined,
  { type: 'gue', port: 6080, checksum: 'none' },
  { type: 'gue', port: 6081, checksum: 'remote' },
  { type: 'gre', port: 0, checksum: 'full' },
);

const destination = fc.record({
  mapped: fc.boolean(),
  address: fc.constantFrom(1, 2, 3),
  weight: fc.nat(5),
  upper: fc.constantFrom(0, 10, 20),
  lower: fc.constantFrom(0, 5),
  tunnel,
});

const flagsOf = (scheduler: string): string[] =>
  [...schedulerFlags].flatMap(([flag, of]) => (of === scheduler ? [flag] : [])).toSorted();

/** A virtual service as an inventory may want it. Only masquerading maps ports; elsewhere the kernel keeps the service's. */
const serviceOf = (key: string): fc.Arbitrary<Exclude<VirtualServiceResource['want'], 'absent'>> => {
  const six = key.includes('fd00') || key.endsWith('-6');
  const own = key.startsWith('-f') ? 0 : 80;
  return fc
    .record({
      forward: fc.constantFrom('gate' as const, 'masq' as const, 'ipip' as const),
      scheduler: fc.constantFrom(...schedulers),
      flagged: fc.boolean(),
      persistence: fc.constantFrom(0, 0, 300),
      masked: fc.boolean(),
      onePacket: fc.boolean(),
      sip: fc.boolean(),
      destinations: fc.uniqueArray(destination, { maxLength: 3, selector: ({ address }) => address }),
    })
    .map(({ forward, scheduler, flagged, persistence, masked, onePacket, sip, destinations }) => ({
      scheduler,
      persistence,
      netmask: masked && persistence > 0 ? (six ? '64' : '255.255.255.0') : undefined,
      flags: flagged ? flagsOf(scheduler) : [],
      onePacket: onePacket && key.startsWith('-u'),
      engine: sip && persistence > 0 && key.startsWith('-u') ? 'sip' : undefined,
      destinations: destinations.map(({ mapped, address, upper, lower, tunnel: way, weight }) => ({
        server: String(address),
        address: six ? `fd00::${address}` : `10.0.0.${address}`,
        port: mapped && forward === 'masq' ? 8080 : own,
        forward,
        ...(forward === 'ipip' && way !== undefined ? { tunnel: way } : {}),
        weight,
        upper,
        lower: upper === 0 ? 0 : lower,
      })),
    }));
};

const table = fc
  .tuple(...keys.map((key) => fc.option(serviceOf(key), { nil: 'absent' as const })))
  .map((wants) =>
    wants.map((want, index): VirtualServiceResource => ({
      kind: 'virtual-service',
      key: keys[index]!,
      want,
      drain: { timeout: 0, connections: 0 },
    })),
  );

export const twoTables = fc.tuple(table, table);

const frame = 'f';
const probe = (resources: readonly VirtualServiceResource[]): string =>
  `say virtual-service\n${virtualServiceKind.probe(resources, 'debian')}\n`;

interface Way {
  /** Shell text of each step, as a transaction runs it. */
  readonly steps: readonly string[];
  /** Shell text that undoes each step. */
  readonly undo: readonly string[];
  /** How many changes are left. */
  readonly changes: number;
}

/** The way from what a host has to what is wanted. */
function wayTo(resources: readonly VirtualServiceResource[], answered: string): Way {
  const answer = parseAnswer(answered, frame);
  const observed = virtualServiceKind.parse(answer, resources);
  const changes = resources.flatMap(
    (resource, index) => virtualServiceKind.compare(resource, observed[index]!, context).change ?? [],
  );
  const runs = runsOf(changes);
  const all = (commands: readonly Command[], onFailure: string): string =>
    commands.map((command) => `${line(command)} || ${onFailure}`).join('\n');
  return {
    steps: runs.map(({ commands }) => all(commands, 'exit 9')),
    undo: runs.map(({ undo }) => all(undo, 'exit 8')),
    changes: changes.length,
  };
}

function runsOf(changes: readonly Change[]): RunAction[] {
  return stepsOf({ changes }, ['prepare', 'retire']).map(({ actions }) => actions[0] as RunAction);
}

/** How many real servers take connections for a service, at first, in the end, and at the worst moment between. */
export function leastServing(
  before: VirtualServiceResource,
  after: VirtualServiceResource,
): { atFirst: number; inTheEnd: number; least: number } {
  const weights = new Map<string, number>(
    before.want === 'absent'
      ? []
      : before.want.destinations.map((each) => [destinationKey(each), each.weight]),
  );
  const serving = (): number => [...weights.values()].filter((weight) => weight > 0).length;
  const atFirst = serving();
  let least = atFirst;
  const { key } = before;
  const service = before.want === 'absent' ? undefined : { key, ...before.want };
  const { change } = virtualServiceKind.compare(after, { service }, context);
  const lines = runsOf(change === undefined ? [] : [change]).flatMap(({ commands, joins }) =>
    commands.flatMap((command) => command.slice(joins).map((text) => text.split(' '))),
  );
  for (const words of lines) {
    const place = words[words.indexOf('-r') + 1]!;
    const [verb] = words;
    if (verb === '-a' || verb === '-e') weights.set(place, Number(words[words.indexOf('-w') + 1]));
    else if (verb === '-d') weights.delete(place);
    else if (verb === '-D') weights.clear();
    least = Math.min(least, serving());
  }
  return { atFirst, inTheEnd: serving(), least };
}

export const context = {
  family: 'debian',
  retiring: false,
  changedFiles: new Set<string>(),
  keepWeights: false,
  fromEngine: false,
  changesHands: false,
  connections: new Map<string, number>(),
} as const;

/** Runs a script on a director and gives what it printed. */
export type Shell = (script: string) => Promise<string>;

/**
 * From any table to any other the difference leads exactly there, and from each step on the way the undo leads exactly
 * back. Throws fast-check's counterexample.
 */
export async function tablesLeadToOneAnother(run: Shell, numRuns: number): Promise<void> {
  const shell: Shell = (text) => run(complete(hostScript(frame, text)));
  await fc.assert(
    fc.asyncProperty(table, table, fc.nat(6), async (first, second, cut) => {
      await shell('ipvsadm -C');
      await shell(wayTo(first, await shell(probe(first))).steps.join('\n'));
      const before = await shell(probe([...first, ...second]));
      const { steps, undo } = wayTo(second, before);
      const back = undo.slice(0, cut).toReversed();
      const undone = await shell([...steps.slice(0, cut), ...back, probe(first)].join('\n'));
      nothingLeft(first, undone);
      nothingLeft(second, await shell([...steps, probe(second)].join('\n')));
    }),
    { numRuns },
  );
  await shell('ipvsadm -C');
}

function nothingLeft(wanted: readonly VirtualServiceResource[], answered: string): void {
  const { changes } = wayTo(wanted, answered);
  if (changes > 0) throw new Error(`${changes} changes are left:\n${answered}`);
}

/** What ipvsadm 1.31 does on kernel 6.1, as far as our edits stand on it: a script, and what it prints. */
export const habits = {
  script: `exec 2>&1
ipvsadm -A -t 1.1.1.1:80 -s rr -p; ipvsadm -Sn
ipvsadm -a -t 1.1.1.1:80 -r 2.2.2.2:8080 -g -x 20 -y 10; ipvsadm -Ln --thresholds | tail -n 1 | tr -s ' '
ipvsadm -e -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 3; ipvsadm -Ln --thresholds | tail -n 1 | tr -s ' '
ipvsadm -E -t 1.1.1.1:80; ipvsadm -Sn | head -n 1
ipvsadm -A -t 1.1.1.1:80; echo $?
ipvsadm -a -t 1.1.1.1:80 -r 2.2.2.2:80 -g; echo $?
ipvsadm -d -t 1.1.1.1:80 -r 9.9.9.9:80; echo $?
ipvsadm -D -t 1.1.1.9:80; echo $?
ipvsadm -A -t 1.1.1.2:80 -s nonsense; echo $?
ipvsadm -C
printf '%s\\n' '-A -t 1.1.1.1:80 -s rr' '-d -t 1.1.1.1:80 -r 9.9.9.9:80' '-a -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 1' \
  '-E -t 1.1.1.1:80 -s wrr' '-e -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 4' | ipvsadm -R; echo $?; ipvsadm -Sn
printf '%s\\n' '-d -t 1.1.1.1:80 -r 2.2.2.2:80' '-D -t 1.1.1.1:80' | ipvsadm -R; echo $?; ipvsadm -Sn
ipvsadm -C`,
  prints: [
    '-A -t 1.1.1.1:80 -s rr -p 360',
    '-> 2.2.2.2:80 20 10 0 0',
    '-> 2.2.2.2:80 0 0 0 0',
    '-A -t 1.1.1.1:80 -s wlc',
    'Service already exists',
    '255',
    'Destination already exists',
    '255',
    'No such destination',
    '255',
    'No such service',
    '255',
    'Scheduler or persistence engine not found',
    '255',
    'No such destination',
    '0',
    '-A -t 1.1.1.1:80 -s wrr',
    '-a -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 4',
    '0',
  ],
};

export const printed = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((each) => each.trim());
