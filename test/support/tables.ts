import fc from 'fast-check';
import { parseAnswer } from '../../src/observe/answer.ts';
import type { RunAction } from '../../src/resources/kind.ts';
import { virtualServiceKind, type VirtualServiceResource } from '../../src/resources/virtual-service.ts';
import { opening, verbs } from '../../src/shell/prelude.ts';
import { line } from '../../src/shell/quote.ts';

const destination = fc.record({
  port: fc.constantFrom(80, 8080),
  address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
  weight: fc.nat(5),
  upper: fc.constantFrom(0, 10, 20),
  lower: fc.constantFrom(0, 5),
});

/** A virtual service as an inventory may want it. Only masquerading maps ports; elsewhere the kernel keeps the service's. */
const service = fc
  .record({
    forward: fc.constantFrom('gate' as const, 'masq' as const),
    scheduler: fc.constantFrom('rr', 'wlc', 'sh'),
    persistence: fc.constantFrom(0, 0, 300),
    netmask: fc.constantFrom(undefined, '255.255.255.0'),
    onePacket: fc.constant(false),
    destinations: fc.uniqueArray(destination, { maxLength: 3, selector: ({ address }) => address }),
  })
  .map(({ forward, destinations, ...rest }) => ({
    ...rest,
    netmask: rest.persistence > 0 ? rest.netmask : undefined,
    flags: [],
    engine: undefined,
    destinations: destinations.map((each) => ({
      ...each,
      forward,
      port: forward === 'masq' ? each.port : 80,
      lower: each.upper === 0 ? 0 : each.lower,
      server: each.address,
    })),
  }));

const keys = ['-t 10.0.0.100:80', '-u 10.0.0.100:80', '-t 10.0.0.101:80'];
const table = fc.tuple(...keys.map(() => fc.option(service, { nil: 'absent' as const }))).map((wants) =>
  wants.map((want, index): VirtualServiceResource => ({
    kind: 'virtual-service',
    key: keys[index]!,
    want,
    drain: { timeout: 0, connections: 0 },
  })),
);

const frame = 'f';
const probe = (resources: readonly VirtualServiceResource[]): string =>
  `say virtual-service\n${virtualServiceKind.probe(resources, 'debian')}\n`;

/** Shell text that leads from what a host has to what is wanted, as a transaction would run it; and the changes left. */
function steps(
  resources: readonly VirtualServiceResource[],
  answered: string,
): { script: string; changes: number } {
  const answer = parseAnswer(answered, frame);
  const observed = virtualServiceKind.parse(answer, resources);
  const context = {
    family: 'debian',
    retiring: false,
    changedFiles: new Set<string>(),
    keepWeights: false,
    connections: new Map<string, number>(),
  } as const;
  const changes = resources.flatMap(
    (resource, index) => virtualServiceKind.compare(resource, observed[index]!, context).change ?? [],
  );
  const actions = changes.flatMap((change) => change.actions as RunAction[]);
  const order = (['prepare', 'retire'] as const).flatMap((stage) =>
    actions.filter((action) => action.stage === stage).toSorted((a, b) => a.order - b.order),
  );
  const commands = order.flatMap((action) => action.commands.map((command) => `${line(command)} || exit 9`));
  return { script: commands.join('\n'), changes: changes.length };
}

/** Runs a script on a director and gives what it printed. */
export type Shell = (script: string) => Promise<string>;

/** From any table to any other the difference leads exactly there. Throws fast-check's counterexample. */
export async function tablesLeadToOneAnother(run: Shell, numRuns: number): Promise<void> {
  const shell: Shell = (text) => run(`${opening(frame)}${verbs}\n${text}\nsay end\n`);
  await fc.assert(
    fc.asyncProperty(table, table, async (first, second) => {
      await shell('ipvsadm -C');
      for (const wanted of [first, second]) {
        const { script } = steps(wanted, await shell(probe(wanted)));
        const after = await shell(`${script}\n${probe(wanted)}`);
        const { changes } = steps(wanted, after);
        if (changes > 0) throw new Error(`${changes} changes are left:\n${after}`);
      }
    }),
    { numRuns },
  );
  await shell('ipvsadm -C');
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
  ],
};

export const printed = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((each) => each.trim());
