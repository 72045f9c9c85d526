import { labName } from '../lab/places.ts';
import { allLabs, type Lab } from '../lab/store.ts';
import { UserError } from '../report/user-error.ts';
import { inventoryPath } from './inventory.ts';
import type { Args } from './options.ts';

/** The lab that a command line means: by --name, by its inventory, or the only one that is up. Throws UserError. */
export async function theLab(args: Args): Promise<Lab> {
  const labs = await allLabs();
  const named = args.text('name');
  const told = args.text('inventory') !== undefined || process.env['LVSFORM_INVENTORY'] !== undefined;
  const name = named ?? (told ? labName(inventoryPath(args)) : undefined);
  const found = name === undefined && labs.length === 1 ? labs[0] : labs.find((lab) => lab.name === name);
  if (found !== undefined) return found;
  const others = labs.map((lab) => `${lab.name} (${lab.inventory})`).join(', ');
  const up = labs.length === 0 ? 'no lab is up' : `these are up: ${others}`;
  throw new UserError(name === undefined ? `which lab? ${up}` : `there is no lab ${name}; ${up}`);
}
