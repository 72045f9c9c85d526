import { simulate } from '../src/sim/simulation.ts';
import { clusterOf } from './inventory.ts';

/** Simulated hosts in a process of their own, so that their cost is not the client's. */
const inventory = clusterOf(Number(process.argv[2]));
const simulation = await simulate(inventory);
process.send?.(
  inventory.hosts.map(({ name, ssh }) => [
    name,
    { ...simulation.routeOf({ name, ssh: { host: ssh.host, sudo: false } }), root: simulation.root(name) },
  ]),
);
process.once('message', () => {
  void simulation.stop().then(() => process.exit(0));
});
