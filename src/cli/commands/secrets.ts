import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { SecretStore, storedNames } from '../../disk/secret-store.ts';
import { didYouMean } from '../../text/suggest.ts';
import type { Inventory } from '../../model/cluster.ts';
import { secretNeeds } from '../../model/secret-needs.ts';
import { Secret, type SecretNeed } from '../../model/secret.ts';
import { UserError } from '../../user-error.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';
import { exit } from '../../report/exit-statuses.ts';
import { loadInventory, ofInventory, proposed } from '../inventory.ts';
import type { Io } from '../io.ts';
import type { InventoryValues } from '../options.ts';
import { oneLine, passphrase, secretSource, storePath } from '../secrets.ts';

/** Bytes of a generated key: corosync needs at least 1024 bits in its file, which contains the key as hexadecimal digits. */
const keyBytes = 128;

export const run: Run<typeof inventoryForms.secrets> = async ({ words, options }, io) => {
  const [verb = '', name = ''] = words;
  const path = await ofInventory(options, storePath);
  return acts[verb]!({ options, io, name, path });
};

interface Request {
  readonly options: InventoryValues;
  readonly io: Io;
  /** The named secret, if the verb takes one. */
  readonly name: string;
  /** The path of the store. */
  readonly path: string;
}

type Act = (request: Request) => Promise<number>;

const open = async (path: string): Promise<SecretStore> => SecretStore.open(path, await passphrase());

const list: Act = async ({ options, io, path }) => {
  const { inventory } = await loadInventory(options, io);
  const stored = await storedNames(path);
  const needs = secretNeeds(inventory);
  if (needs.length + stored.length === 0)
    io.print('The inventory needs no secret, and the store has none.\n');
  for (const need of needs) io.print(`${need.name}: ${stateOf(need, stored, options)}\n`);
  for (const each of stored) {
    if (!needs.some((need) => need.name === each)) io.print(`${each}: in the store, but not needed\n`);
  }
  return exit.done;
};

const generate: Act = async ({ options, io, path }) => {
  const { inventory } = await loadInventory(options, io);
  const stored = await storedNames(path);
  const needs = secretNeeds(inventory);
  const missing = needs.filter(
    ({ name, source, form }) => source.from === 'store' && form !== 'given' && !stored.includes(name),
  );
  if (missing.length === 0) {
    const why = needs.length === 0 ? 'the inventory needs no key' : 'every key is there';
    io.print(`Nothing to generate: ${why}.\n`);
    return exit.done;
  }
  const store = await open(path);
  for (const need of missing) store.set(need.name, new Secret(randomBytes(keyBytes).toString('hex')));
  await store.save();
  io.print(`${path}: ${missing.map((need) => need.name).join(', ')} generated\n`);
  return exit.done;
};

const show: Act = async ({ options, io, name }) => {
  const { inventory, path: at } = await loadInventory(options, io);
  const need = needOf(name, inventory, options);
  io.print(`${(await secretSource(at)([need])).get(need.name)!.reveal()}\n`);
  return exit.done;
};

const set: Act = async ({ options, io, name, path }) => {
  const { inventory } = await loadInventory(options, io);
  const need = needOf(name, inventory, options);
  if (need.source.from !== 'store') {
    throw new UserError(
      `the value of ${name} comes ${stateOf(need, [], options)}: lvsform would not read another one`,
      {
        hint: 'remove its source from the inventory to use the store',
      },
    );
  }
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (value === '') throw new UserError('standard input is empty: pass the secret on standard input');
  const secret = oneLine(name, value);
  const store = await open(path);
  store.set(name, secret);
  await store.save();
  io.print(`${path}: ${name} set\n`);
  return exit.done;
};

const remove: Act = async ({ options, io, name, path }) => {
  const stored = await storedNames(path);
  if (!stored.includes(name)) {
    throw new UserError(`there is no ${name} in ${path}: ${didYouMean(name, stored)}`, {
      hint: seeList(options),
    });
  }
  const store = await open(path);
  store.remove(name);
  await store.save();
  io.print(`${path}: ${name} removed\n`);
  return exit.done;
};

const seeList = (options: InventoryValues): string => `see: ${proposed(options, 'secrets', 'list')}`;

/** The secret of this name that the inventory needs. Throws UserError if it needs none of that name. */
function needOf(name: string, inventory: Inventory, options: InventoryValues): SecretNeed {
  const needs = secretNeeds(inventory);
  const need = needs.find((each) => each.name === name);
  if (need !== undefined) return need;
  const names = needs.map((each) => each.name);
  throw new UserError(`the inventory needs no secret ${name}: ${didYouMean(name, names)}`, {
    hint: seeList(options),
  });
}

const acts: Readonly<Record<string, Act>> = { list, generate, show, set, remove };

function stateOf(
  { name, source, form }: SecretNeed,
  stored: readonly string[],
  options: InventoryValues,
): string {
  if (source.from === 'env') return `from the environment, ${source.name}`;
  if (source.from === 'command') return `from a command: ${source.command}`;
  const way = form === 'given' ? ['set', name] : ['generate'];
  return stored.includes(name) ? 'in the store' : `missing (run: ${proposed(options, 'secrets', ...way)})`;
}
