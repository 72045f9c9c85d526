import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import type { Form } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { folder, lvsformHere } from './cli.ts';
import { dr } from './inventories.ts';

// Nothing of this machine's user plays a part, and no program is started: a lab would be.
process.env['PATH'] = '/nonexistent';
process.env['XDG_STATE_HOME'] = '/nonexistent/state';
process.env['XDG_CONFIG_HOME'] = '/nonexistent/config';
for (const name of Object.keys(process.env)) if (name.startsWith('LVSFORM_')) delete process.env[name];

export const all = Object.entries(commands);
/** Every form of every command. */
export const forms = all.flatMap(([name, command]) => command.forms.map((form) => ({ name, command, form })));

/** Hosts that are not there, on this machine. */
const nowhere = (key: string): string => `Host *
  HostName 127.0.0.1
  Port 1
  IdentityFile ${key}
  IdentitiesOnly yes
`;

export interface Place {
  readonly at: string;
  readonly inventory: string;
  readonly plan: string;
  readonly config: string;
}

/** A folder with an inventory, and a plan of it in which no host is reached. */
export async function place(t: ExecutionContext): Promise<Place> {
  const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
  const at = await folder(t, { 'inventory.yaml': dr, key });
  await writeFile(join(at, 'ssh_config'), nowhere(join(at, 'key')));
  await mkdir(join(at, 'directory'));
  const [inventory, plan, config] = ['inventory.yaml', 'plan.json', 'ssh_config'].map((name) =>
    join(at, name),
  ) as [string, string, string];
  const made = await lvsformHere('plan', '-i', inventory, '--ssh-config', config, '-o', plan);
  t.is(made.code, exit.unreachable, made.err);
  return { at, inventory, plan, config };
}

/** A command line of a form that does as little as it can; `without` is an option that is to be left out. */
export function lineOf(
  name: string,
  form: Form,
  { at, inventory, plan, config }: Place,
  without?: string,
): string[] {
  const has = (option: string): boolean => Object.hasOwn(form.options, option) && option !== without;
  const [verb] = form.verbs?.filter((each) => each !== '') ?? [];
  const [least = 0] = form.words ?? [];
  const file = name === 'show' || name === 'apply';
  return [
    name,
    ...(verb === undefined ? [] : [verb]),
    ...Array.from({ length: least }, () => (file ? plan : 'word')),
    ...(form.flag === undefined || form.flag === without ? [] : [`--${form.flag}`]),
    // No lab is up, and none is to be.
    ...(has('inventory') ? ['-i', name === 'lab' ? join(at, 'none.yaml') : inventory] : []),
    ...(has('ssh-config') && without !== 'lab' ? ['--ssh-config', config] : []),
    ...(name === 'render' && has('output') ? ['-o', join(at, 'out')] : []),
  ];
}
