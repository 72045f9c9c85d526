import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { engines } from '../../src/engines/index.ts';
import { failoverFacts, healthFacts } from '../../src/engines/facts.ts';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

test('no code outside of an engine’s folder asks for it by its name', async (t) => {
  const files = await readdir(source, { recursive: true });
  // The image of the lab is made of Debian's packages, some of which have an engine's name.
  const meant = files.filter((file) => file.endsWith('.ts') && !/^(?:engines|lab)\//.test(file));
  const literal = new RegExp(`['"\`](?:${engines.map(({ name }) => name).join('|')})['"\`]`);
  for (const file of meant) {
    const lines = (await readFile(join(source, file), 'utf8')).split('\n');
    t.deepEqual(
      lines.filter((line) => literal.test(line)),
      [],
      file,
    );
  }
});

test('the shell for hosts asks for no engine by its name', async (t) => {
  const names = engines.map(({ name }) => name).join('|');
  const branch = new RegExp(String.raw`^\s*(?:\S+ \| )*(?:${names})(?: \| \S+)*\)`);
  const files = (await readdir(join(source, 'host'))).filter((file) => file.endsWith('.sh'));
  for (const file of files) {
    const lines = (await readFile(join(source, 'host', file), 'utf8')).split('\n');
    t.deepEqual(
      lines.filter((line) => branch.test(line) || /\$\{?engine\b/.test(line)),
      [],
      file,
    );
  }
});

test('the registry and the facts know the same engines', (t) => {
  for (const { name, health, failover } of engines) {
    t.is((healthFacts as Record<string, unknown>)[name], health, name);
    t.is((failoverFacts as Record<string, unknown>)[name], failover, name);
  }
  const named = new Set([...Object.keys(healthFacts), ...Object.keys(failoverFacts)]);
  t.deepEqual([...named].toSorted(), engines.map(({ name }) => name).toSorted());
});
