import { spawn } from 'node:child_process';
import { raiseLab, resetLab, type Progress } from '../../lab/lab.ts';
import { answers, order } from '../../lab/orders.ts';
import { labName } from '../../lab/places.ts';
import { powerVerbs, type PowerVerb } from '../../lab/power.ts';
import { allLabs, type Lab, removeLab, sshConfig } from '../../lab/store.ts';
import { labText, labsText, raisedText } from '../../report/lab-text.ts';
import { UserError } from '../../user-error.ts';
import { line } from '../../shell/quote.ts';
import type { Run, ValuesOf } from '../command.ts';
import type { labForms } from './lab-forms.ts';
import { loadInventory } from '../inventory.ts';
import { theLab } from '../lab.ts';
import type { Io } from '../io.ts';

type Options = ValuesOf<typeof labForms>;
type Act = (options: Options, io: Io, words: readonly string[]) => Promise<number>;

export const run: Run<typeof labForms> = async ({ words: [verb = 'status', ...words], options }, io) =>
  acts[verb]!(options, io, words);

const up: Act = async (options, io) => {
  const { inventory, path } = await loadInventory(options, io);
  const name = options.name ?? labName(path);
  const tell = (progress: Progress): void => io.tell(`${progressText(progress)}\n`);
  const lab = await raiseLab({ name, inventory, path, bare: options.bare }, tell);
  if (options.json) io.json(lab);
  else io.print(raisedText(lab, sshConfig(lab), options.name !== undefined));
  return 0;
};

const down: Act = async (options, io) => {
  const labs = options.all ? await allLabs() : [await theLab(options)];
  for (const lab of labs) {
    await removeLab(lab);
    io.tell(`The lab ${lab.name} is down; nothing of it is left.\n`);
  }
  return 0;
};

const status: Act = async (options, io) => {
  const labs = await allLabs();
  const chosen = options.name !== undefined || options.inventory !== undefined;
  const shown = chosen ? [await theLab(options)] : labs;
  if (options.json) io.json(shown);
  else io.print(shown.length === 0 ? labsText : shown.map((lab) => labText(lab, sshConfig(lab))).join('\n'));
  return 0;
};

const reset: Act = async (options, io) => {
  const lab = await theLab(options);
  const seconds = await resetLab(lab);
  io.tell(`The hosts of ${lab.name} are blank again, after ${seconds.toFixed(1)} s.\n`);
  return 0;
};

const power =
  (verb: PowerVerb): Act =>
  async (options, _io, [host]) => {
    const lab = await theLab(options);
    const name = known(lab, host);
    await order(lab.folder, [verb, name]);
    if (verb === 'start') await answers(lab, name);
    return 0;
  };

/** `ssh` with a terminal, or with the words of the command as they are: no shell splits them again. */
const login: Act = async (options, _io, [host, ...words]) => {
  const lab = await theLab(options);
  const command = words.length === 0 ? [] : [line(words)];
  const child = spawn('ssh', ['-F', sshConfig(lab), known(lab, host), ...command], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
};

const acts: Readonly<Record<string, Act>> = {
  up,
  down,
  status,
  ssh: login,
  exec: login,
  reset,
  ...Object.fromEntries(powerVerbs.map((verb) => [verb, power(verb)])),
};

function known({ machines, name }: Lab, host: string | undefined): string {
  const names = machines.map((machine) => machine.name);
  if (host !== undefined && names.includes(host)) return host;
  throw new UserError(
    `${host === undefined ? 'which host?' : `there is no ${host} in the lab ${name}:`} ${names.join(', ')}`,
  );
}

function progressText(progress: Progress): string {
  switch (progress.is) {
    case 'image':
      return "building the image from Debian's packages, once; this takes a minute or so";
    case 'machine':
      return `booting one virtual machine with ${progress.memory} MiB under ${progress.accelerator === 'kvm' ? 'KVM' : 'emulation (no KVM here)'}`;
    case 'host':
      return `${progress.host} is up (${progress.up} of ${progress.of})`;
    case 'silent':
      return `the machine did not come up and is booted again; the state of QEMU is kept in ${progress.evidence}`;
    case 'snapshot':
      return 'keeping a snapshot of the blank hosts';
  }
}
