import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const module = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('many simulated hosts start with few open files', async (t) => {
  const program = `
import { simulate } from '${module('src/sim/simulation.js')}';
import { clusterOf } from '${module('bench/inventory.js')}';
const simulation = await simulate(clusterOf(60));
console.log(await simulation.shell('rs59', 'cat etc/hostname'));
await simulation.stop();
`;
  const words = ['-c', `ulimit -n 512; exec "$0" --input-type=module -e "$1"`, process.execPath, program];
  t.is((await promisify(execFile)('sh', words)).stdout, 'rs59\n\n');
});
