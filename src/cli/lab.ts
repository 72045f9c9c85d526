import { labName } from '../lab/places.ts';
import { allLabs, type Lab, machineOf, sshConfig } from '../lab/store.ts';
import { HostFailure } from '../port.ts';
import { UserError } from '../user-error.ts';
import { line } from '../shell/quote.ts';
import { environment } from './environment.ts';
import { inventoryPath } from './inventory.ts';
import type { Routes } from '../ssh/route.ts';
import type { InventoryValues } from './options.ts';

/** The lab that a command line means: by --name, by its inventory, or the only one that is up. Throws UserError if none fits. */
export async function theLab(values: InventoryValues & { readonly name: string | undefined }): Promise<Lab> {
  const labs = await allLabs();
  const told = values.inventory !== undefined || environment('LVSFORM_INVENTORY') !== undefined;
  const name = values.name ?? (told ? labName(inventoryPath(values)) : undefined);
  const found = name === undefined && labs.length === 1 ? labs[0] : labs.find((lab) => lab.name === name);
  if (found !== undefined) return found;
  const others = labs.map((lab) => `${lab.name} (${lab.inventory})`).join(', ');
  const up = labs.length === 0 ? 'no lab is up' : `these are up: ${others}`;
  throw new UserError(name === undefined ? `which lab? ${up}` : `there is no lab ${name}; ${up}`);
}

/** How to reach the hosts of an inventory's lab. Throws UserError if the lab is not up. */
export async function labOf(
  inventory: string,
): Promise<{ sshConfig: string; routes: (routes: Routes) => Routes }> {
  const name = labName(inventory);
  const lab = (await allLabs()).find((each) => each.name === name);
  if (lab === undefined) {
    throw new UserError(
      `the lab of ${inventory} is not up; run: ${line(['lvsform', 'lab', 'up', '-i', inventory])}`,
    );
  }
  return {
    sshConfig: sshConfig(lab),
    routes: (routes) => (target) => {
      const machine = machineOf(lab, target);
      if (machine !== undefined)
        return routes({ name: machine, ssh: { host: machine, sudo: target.ssh.sudo } });
      throw new HostFailure(
        `the lab ${name} was made before ${target.name} (${target.ssh.host}) was in the inventory. Build a new lab, with blank hosts: lvsform lab down, then lvsform lab up`,
      );
    },
  };
}
