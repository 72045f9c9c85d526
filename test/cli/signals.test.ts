import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { exit } from '../../src/report/exit-statuses.ts';
import type { SimulatedHosts } from '../../src/sim/simulation.ts';
import { beforeCommand } from '../support/before-command.ts';
import { lvsformHere, main } from '../support/cli.ts';
import { simulated } from '../support/simulated.ts';
import { dr } from '../support/inventories.ts';

/** Starts an apply, one host after the other, and waits until it is in the midst of rs1, which waits for `goOn`. */
async function inTheMidst(t: ExecutionContext): Promise<{
  sim: SimulatedHosts;
  args: string[];
  child: ReturnType<typeof spawn>;
  said: () => string;
  goOn: () => Promise<void>;
}> {
  const { sim, path, reach } = await simulated(t, dr);
  const hold =
    '[ "$1" != start ] || { : > "$LVSFORM_ROOT/.sim/held"; while [ ! -e "$LVSFORM_ROOT/.sim/go" ]; do sleep 0.05; done; }';
  await beforeCommand({ sim }, 'rs1', 'systemctl', hold);
  const args = ['-i', path, ...reach];
  const child = spawn(process.execPath, [main, 'apply', '--yes', '--parallelism', '1', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (out += data.toString()));
  const isHeld = (): Promise<boolean> =>
    access(join(sim.root('rs1'), '.sim/held')).then(
      () => true,
      () => false,
    );
  while (!(await isHeld())) {
    if (child.exitCode !== null) throw new Error(`apply ended with ${child.exitCode}: ${out}`);
    await wait(20);
  }
  return { sim, args, child, said: () => out, goOn: () => writeFile(join(sim.root('rs1'), '.sim/go'), '') };
}

const signals = { SIGINT: exit.interrupted, SIGTERM: exit.terminated, SIGHUP: exit.hungUp } as const;

for (const [signal, status] of Object.entries(signals)) {
  test(`${signal} during an apply: nothing more is started, what runs ends, and the summary tells both`, async (t) => {
    const { sim, child, said, goOn } = await inTheMidst(t);
    child.kill(signal as NodeJS.Signals);
    while (!said().includes('nothing more is started')) {
      if (child.exitCode !== null) throw new Error(said());
      await wait(20);
    }
    await goOn();
    const [code]: unknown[] = await once(child, 'close');
    t.is(code, status, said());
    t.regex(said(), /Summary: .*1 changed/);
    t.regex(said(), /rs1: changed\n/);
    t.regex(said(), /rs2: skipped, since the run was stopped before this was started\n/);
    t.is(await sim.shell('rs2', 'ls -A var/lib'), '');
  });
}

test('SIGKILL in the midst of a host: the host goes on to its end, and the next apply needs no help', async (t) => {
  const { sim, args, child, goOn } = await inTheMidst(t);
  child.kill('SIGKILL');
  await once(child, 'close');
  await goOn();
  while (!sim.idle()) await wait(20);
  t.is(await sim.shell('rs1', 'ls -d var/lib/lvsform/lock 2>/dev/null || true'), '');
  const again = await lvsformHere('apply', '--yes', ...args);
  t.is(again.code, exit.done, again.out);
  t.regex(again.out, /Summary: 1 ok, 2 changed|Summary: 2 changed, 1 ok/);
  t.is((await lvsformHere('plan', '--detailed-exitcode', ...args)).code, exit.done);
});
