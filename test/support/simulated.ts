import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { simulate, type SimulatedHosts } from '../../src/sim/simulation.ts';
import { folder } from './cli.ts';
import { inventoryOf } from './inventories.ts';

/** Simulated hosts of an inventory, the inventory's file, and the options by which a command line reaches them. */
export async function simulated(
  t: ExecutionContext,
  text: string,
): Promise<{ sim: SimulatedHosts; path: string; cwd: string; reach: string[] }> {
  const inventory = inventoryOf(text);
  const sim = await simulate(inventory);
  t.teardown(() => sim.stop());
  const entries = inventory.hosts.map(({ name }) => {
    const { port, identities, knownHosts } = sim.routeOf({ name, ssh: { host: name, sudo: false } });
    return `Host ${name}
  HostName 127.0.0.1
  Port ${port}
  User root
  IdentityFile ${identities[0]}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts[0]}
`;
  });
  const cwd = await folder(t, { 'inventory.yaml': text, ssh_config: entries.join('') });
  return { sim, cwd, path: join(cwd, 'inventory.yaml'), reach: ['--ssh-config', join(cwd, 'ssh_config')] };
}
