import test, { type ExecutionContext } from 'ava';
import { EngineLab, machines, shownCluster, whole } from '../support/engines.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { fromPorts, unharmed, watched, type Watched } from '../support/asking.ts';
import { steps } from '../support/steps.ts';
import { blankState } from '../support/scenarios.ts';

/** Engines that watch the real servers, and keep a director alive, proven by pulling plugs. */
export interface Proof {
  /** The inventory's folder. */
  readonly name: string;
  /** What prints the engines' versions on a director. */
  readonly versions: string;
  /** Seconds that the engines may take beyond what is configured, on a machine whose guest's kernel is up after 3 s. */
  readonly slack: number;
  /** True for the beginning, a loss of power, a reboot and the end: another proof has it all. */
  readonly brief?: boolean;
  /** Settings of failover that differ from the inventory's: what emulated hosts need. */
  readonly failover?: Readonly<Record<string, unknown>>;
}

type Act = (t: ExecutionContext, lab: EngineLab, note: Note) => Promise<void>;

/** A line of the table: what was promised, what it took, and what a client saw meanwhile. */
type Note = (what: string, promised: number, took: number, seen: Watched) => void;

let world: LabWorld;
let blank: readonly string[] = [];
const hosts = ['lb1', 'lb2', 'rs1', 'rs2', 'sorry'];
const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, blankState)));

/** What prints the versions of packages, and of the kernel, on a director. */
export function versions(...packages: readonly string[]): string {
  return `dpkg-query -W -f '\${Package} \${Version}\\n' ${packages.join(' ')}; uname -r`;
}

/** Registers the tests of a file: one lab for all its proofs, one after the other. */
export function prove(...proofs: readonly Proof[]): void {
  test.before(async (t) => {
    world = await LabWorld.make();
    await world.write(machines);
    const { times } = await world.up();
    t.log(`kernel ${times.kernel.toFixed(1)} s, all hosts ${times.boot.toFixed(1)} s`);
    blank = await states();
  });
  test.after.always(async (t) => t.deepEqual(await world.down(), []));
  for (const proof of proofs) register(proof);
}

function register({ name, versions: tell, slack, brief = false, failover }: Proof): void {
  const cluster = shownCluster(name);
  if (failover !== undefined) cluster['failover'] = { ...(cluster['failover'] as object), ...failover };
  const rows: string[] = [];
  const tried = steps(name);
  const step = (title: string, act: Act): void =>
    tried(title, (t) =>
      act(t, new EngineLab(world, cluster, slack), (what, promised, took, { requests, failed }) => {
        const ratio = promised === 0 ? '' : `${(took / promised).toFixed(1)} of ${promised} s`;
        rows.push(`| ${what} | ${took.toFixed(1)} s | ${ratio} | ${failed} of ${requests.length} |`);
        t.log(rows.at(-1));
      }),
    );
  step('from blank hosts', (t, lab) => fromBlank(t, lab, tell));
  const moves = cluster['failover'] !== undefined;
  if (!brief) {
    step('a real server dies and comes back', oneDies);
    step('all real servers die: the sorry server answers', allDie);
  }
  if (moves) {
    for (const blow of brief ? blows.slice(0, 1) : blows)
      step(`the active director ${blow.title}`, strike(blow));
    step('the active director boots anew', bootsAnew);
  }
  if (!brief) {
    step('the directors are changed under load, the one that holds the VIP last', changes);
    if (moves) step('the VIP is handed over on request, before its director is changed', handsOver);
    step('a real server leaves, and no connection is cut', oneLeaves);
  }
  step('destroy leaves nothing', async (t) => {
    const destroyed = await world.lvsform('destroy', '--lab', '--yes');
    t.is(destroyed.code, 0, destroyed.output);
    t.deepEqual(differing(hosts, blank, await states()), []);
    t.log(['| event | seconds | ratio | requests lost |', '| --- | --- | --- | --- |', ...rows].join('\n'));
  });
}

async function fromBlank(t: ExecutionContext, lab: EngineLab, tell: string): Promise<void> {
  // What a proof before this one left undone, if it failed, is none of this one's business.
  await world.forgetConnections();
  const reset = await world.lvsform('lab', 'reset');
  t.is(reset.code, 0, reset.output);
  await lab.write();
  const keys = await world.lvsform('secrets', 'generate');
  t.is(keys.code, 0, keys.output);
  const begun = Date.now();
  const applied = await world.lvsform('apply', '--lab', '--yes');
  t.is(applied.code, 0, applied.output);
  t.is(await lab.settled(), 'lb1', 'the preferred director');
  await lab.untilTable('all real servers are in', lab.wanted(), 60);
  const found = (await world.on('lb1', tell)).trim().split('\n').join(', ');
  t.log(`serving after ${((Date.now() - begun) / 1000).toFixed(1)} s; ${found}`);
  await sound(t);
  const planned = await world.lvsform('plan', '--lab', '--detailed-exitcode');
  t.is(planned.code, 0, planned.output);
}

async function sound(t: ExecutionContext): Promise<void> {
  const verified = await world.lvsform('verify', '--lab');
  t.is(verified.code, 0, verified.output);
}

const oneDies: Act = async (t, lab, note) => {
  let took = 0;
  const dying = await watched(world, lab.url, async () => {
    await lab.web('stop', 'rs1');
    took = await lab.untilTable('rs1 is out', lab.wanted(['rs1']), lab.promised);
  });
  note('a real server’s service dies', lab.promised, took, dying);
  // Once it is out, nobody sees an error; where it stays with weight 0, not even who comes from a port that it refused.
  if (lab.model.health.quiesce) {
    const refused = dying.requests.filter(({ by }) => by === undefined).map(({ port }) => port);
    t.log(`ports that it refused: ${refused.join(', ')}`);
    t.true((await fromPorts(world, 'client', `${lab.vip}:80`, refused)).every((answer) => answer === '200'));
  }
  await unharmed(world, lab.url, async () => {
    const planned = await world.lvsform('plan', '--lab', '--detailed-exitcode');
    t.is(planned.code, 0, planned.output);
    t.regex(planned.output, /rs1 out of tcp \S+:80: taken out by/);
    t.is((await world.lvsform('verify', '--lab')).code, 1, 'verify says that a real server is down');
  });
  const back = await unharmed(world, lab.url, async () => {
    await lab.web('start', 'rs1');
    took = await lab.untilTable('rs1 is back with its weight', lab.wanted(), lab.promised);
  });
  note('it comes back with its weight', lab.model.services[0]!.check.interval, took, back);
};

const allDie: Act = async (t, lab, note) => {
  let took = 0;
  const seen = await watched(world, lab.url, async () => {
    await lab.web('stop', 'rs1', 'rs2');
    took = await lab.untilTable('the sorry server is in', lab.wanted(['rs1', 'rs2']), lab.promised);
    await world.until('the sorry server answers', 20, async () => {
      const said = await world.on('client', `curl -s -m 2 ${lab.url} || true`);
      return said.trim() === 'sorry' || said;
    });
  });
  note('all real servers die', lab.promised, took, seen);
  t.is(seen.last, 'sorry');
  await lab.web('start', 'rs1', 'rs2');
  await lab.untilTable('all are back', lab.wanted(), lab.promised);
};

interface Blow {
  readonly title: string;
  /** Of `lvsform lab`: what is done to the director that holds the VIP, and what makes it well again. */
  readonly strike: string;
  readonly heal: string;
}

const blows: readonly Blow[] = [
  { title: 'loses its power', strike: 'cut', heal: 'start' },
  { title: 'hangs', strike: 'freeze', heal: 'thaw' },
  { title: 'is cut off from the network', strike: 'unplug', heal: 'plug' },
];

function strike({ title, strike: verb, heal }: Blow): Act {
  return async (t, lab, note) => {
    const active = await lab.settled();
    const other = lab.directors.find((host) => host !== active)!;
    const { deadTime, failback } = lab.model.failover!;
    const downloads = lab.downloads();
    await world.until('the other director knows the downloads', 30, () => lab.knows(other));
    const seen = await watched(world, lab.url, async () => {
      const struck = await world.lvsform('lab', verb, active);
      t.is(struck.code, 0, struck.output);
      if (verb !== 'unplug') lab.gone = active;
      await lab.untilTable(`${other} answers`, lab.wanted(), deadTime + 30);
      await world.until(`${other} answers`, deadTime + 30, async () =>
        (await world.on('client', `curl -s -m 1 ${lab.url} || true`)).startsWith('rs'),
      );
    });
    note(`the active director ${title}`, deadTime, seen.outage, seen);
    t.true(seen.outage > 0 && seen.outage < Infinity);
    t.deepEqual(await downloads, whole, 'connections survive, thanks to sync');
    const healing = await watched(world, lab.url, async () => {
      if (verb === 'cut') await world.forgetConnection(active);
      const healed = await world.lvsform('lab', heal, active);
      t.is(healed.code, 0, healed.output);
      lab.gone = undefined;
      await world.until(`${active} is up`, 60, async () =>
        world.on(active, 'systemctl is-system-running || true').then(
          (state) => /running|degraded/.test(state) || state,
          (error: unknown) => String(error),
        ),
      );
      const holder = await lab.settled();
      // Two that both held it settle it by their engine's own rule (VRRP: by priority); one that was off has no say.
      if (verb === 'cut') t.is(holder, failback ? 'lb1' : other);
      t.log(`${holder} holds the VIP`);
      await lab.answers();
    });
    note('… and comes back', 0, healing.outage, healing);
    await lab.untilTable('all real servers are in', lab.wanted(), lab.promised);
    await sound(t);
  };
}

const bootsAnew: Act = async (t, lab, note) => {
  const active = await lab.settled();
  const other = lab.directors.find((host) => host !== active)!;
  const seen = await watched(world, lab.url, async () => {
    await world.reboot(active);
    t.is(await lab.settled(), lab.model.failover!.failback ? 'lb1' : other);
    await lab.untilTable('all real servers are in', lab.wanted(), lab.promised);
    await lab.answers();
  });
  note('the active director boots anew', lab.model.failover!.deadTime, seen.outage, seen);
  await sound(t);
};

const changes: Act = async (t, lab, note) => {
  const active = await lab.settled();
  const { failover } = lab.model;
  lab.cluster.services[0]!['real_servers'] = { rs1: 1, rs2: 3 };
  lab.cluster.services[0]!['scheduler'] = 'wlc';
  await lab.write();
  let output = '';
  const changing = await unharmed(world, lab.url, async () => {
    const changed = await world.lvsform('apply', '--lab', '--yes');
    t.is(changed.code, 0, changed.output);
    ({ output } = changed);
  });
  const order = [...output.matchAll(/^(lb\d): changed$/gm)].map(([, host]) => host);
  t.is(order.at(-1), active, `the one that holds the VIP comes last: ${order.join(', ')}`);
  t.is(order.length, failover === undefined ? 1 : 2);
  t.is(await lab.settled(), active);
  note('the configuration changes', 0, changing.outage, changing);
  await lab.untilTable('the new weights are there', lab.wanted(), 30);
};

const handsOver: Act = async (t, lab, note) => {
  const active = await lab.settled();
  lab.cluster.services[0]!['real_servers'] = { rs1: 2, rs2: 2 };
  await lab.write();
  const seen = await watched(world, lab.url, async () => {
    const changed = await world.lvsform('apply', '--lab', '--yes', '--switch-over');
    t.is(changed.code, 0, changed.output);
    t.not(await lab.settled(), active);
  });
  note('the VIP is handed over', 0, seen.outage, seen);
  await lab.untilTable('the new weights are there', lab.wanted(), 30);
};

const oneLeaves: Act = async (t, lab, note) => {
  lab.cluster.services[0]!['real_servers'] = { rs1: 1 };
  await lab.write();
  const [holder] = await lab.holders();
  const downloads = lab.downloads();
  await world.until('the downloads stand', 30, async () =>
    (await world.on(holder!, 'ipvsadm -Lnc')).includes('10.1.0.12:'),
  );
  const changing = await unharmed(world, lab.url, async () => {
    const changed = await world.lvsform('apply', '--lab', '--yes');
    t.is(changed.code, 0, changed.output);
    await lab.untilTable('rs2 is gone', lab.wanted(), 30);
  });
  t.deepEqual(await downloads, whole);
  note('a real server leaves', 0, changing.outage, changing);
  const planned = await world.lvsform('plan', '--lab', '--detailed-exitcode');
  t.is(planned.code, 0, planned.output);
};
