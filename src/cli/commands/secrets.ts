import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { SecretStore, storedNames } from '../../disk/secret-store.ts';
import { secretNeeds } from '../../model/secret-needs.ts';
import { Secret, type SecretNeed } from '../../model/secret.ts';
import { UserError } from '../../report/user-error.ts';
import type { Run } from '../command.ts';
import { inventoryPath, loadInventory } from '../inventory.ts';
import { loadSecrets, oneLine, passphrase, storePath } from '../secrets.ts';

/** Bytes of a generated key; corosync wants at least 1024 bits in its file, which has them as hexadecimal digits. */
const keyBytes = 128;

export const run: Run = async (args, io) => {
  const [verb = 'list', name] = args.words;
  const path = await storePath(inventoryPath(args));
  const open = async (): Promise<SecretStore> => SecretStore.open(path, await passphrase());
  switch (verb) {
    case 'list': {
      const { inventory } = await loadInventory(args, io);
      const stored = await storedNames(path);
      const needs = secretNeeds(inventory);
      for (const need of needs) io.print(`${need.name}: ${stateOf(need, stored)}\n`);
      for (const each of stored) {
        if (!needs.some((need) => need.name === each))
          io.print(`${each}: in the store, and needed by nobody\n`);
      }
      return 0;
    }
    case 'generate': {
      const { inventory } = await loadInventory(args, io);
      const stored = await storedNames(path);
      const missing = secretNeeds(inventory).filter(
        (need) => need.source.from === 'store' && !stored.includes(need.name),
      );
      if (missing.length === 0) {
        io.print('Nothing to generate: every key is there.\n');
        return 0;
      }
      const store = await open();
      for (const need of missing) store.set(need.name, new Secret(randomBytes(keyBytes).toString('hex')));
      await store.save();
      io.print(`${path}: ${missing.map((need) => need.name).join(', ')} generated\n`);
      return 0;
    }
    case 'show': {
      const { inventory, path: at } = await loadInventory(args, io);
      const need = secretNeeds(inventory).find((each) => each.name === wanted(name));
      if (need === undefined)
        throw new UserError(`the inventory needs no secret ${name}; see: lvsform secrets list`);
      io.print(`${(await loadSecrets([need], at)).get(need.name)!.reveal()}\n`);
      return 0;
    }
    case 'set': {
      const value = (await text(process.stdin)).replace(/\r?\n$/, '');
      if (value === '') throw new UserError('the secret comes on standard input');
      const secret = oneLine(wanted(name), value);
      const store = await open();
      store.set(wanted(name), secret);
      await store.save();
      return 0;
    }
    case 'remove': {
      const store = await open();
      if (!store.remove(wanted(name))) throw new UserError(`there is no ${name} in ${path}`);
      await store.save();
      return 0;
    }
    default:
      throw new UserError(`secrets takes list, generate, show, set, remove, not ${verb}`);
  }
};

function wanted(name: string | undefined): string {
  if (name === undefined) throw new UserError('which secret? see: lvsform secrets list');
  return name;
}

function stateOf({ name, source }: SecretNeed, stored: readonly string[]): string {
  if (source.from === 'env') return `from the environment, ${source.name}`;
  if (source.from === 'command') return `from a command: ${source.command}`;
  return stored.includes(name) ? 'in the store' : 'not there yet (lvsform secrets generate)';
}
