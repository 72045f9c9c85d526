import { labName } from '../lab/places.ts';
import { allLabs, type Lab, sshConfig } from '../lab/store.ts';
import { HostFailure, type Target } from '../port.ts';
import { UserError } from '../report/user-error.ts';
import { environment } from './environment.ts';
import { inventoryPath } from './inventory.ts';
import type { Route } from '../ssh/settings.ts';
import type { Args } from './options.ts';

/** The lab that a command line means: by --name, by its inventory, or the only one that is up. Throws UserError. */
export async function theLab(args: Args): Promise<Lab> {
  const labs = await allLabs();
  const named = args.text('name');
  const told = args.text('inventory') !== undefined || environment('LVSFORM_INVENTORY') !== undefined;
  const name = named ?? (told ? labName(inventoryPath(args)) : undefined);
  const found = name === undefined && labs.length === 1 ? labs[0] : labs.find((lab) => lab.name === name);
  if (found !== undefined) return found;
  const others = labs.map((lab) => `${lab.name} (${lab.inventory})`).join(', ');
  const up = labs.length === 0 ? 'no lab is up' : `these are up: ${others}`;
  throw new UserError(name === undefined ? `which lab? ${up}` : `there is no lab ${name}; ${up}`);
}

type Routes = (target: Target) => Route;

/**
 * The way to the hosts of an inventory's lab. It goes by their names alone: what the inventory says of how its real
 * hosts are reached does not hold for the lab's. Throws UserError where the lab is not up.
 */
export async function labOf(
  inventory: string,
): Promise<{ sshConfig: string; routes: (routes: Routes) => Routes }> {
  const name = labName(inventory);
  const lab = (await allLabs()).find((each) => each.name === name);
  if (lab === undefined) {
    throw new UserError(`the lab of ${inventory} is not up: lvsform lab up -i ${inventory}`);
  }
  const names = new Set(lab.machines.map((machine) => machine.name));
  return {
    sshConfig: sshConfig(lab),
    routes:
      (routes) =>
      ({ name: host, ssh: { sudo } }) => {
        if (names.has(host)) return routes({ name: host, ssh: { host, sudo } });
        throw new HostFailure(
          `it is not in the lab ${name}, which was made before it was in the inventory: lvsform lab down, then up`,
        );
      },
  };
}
