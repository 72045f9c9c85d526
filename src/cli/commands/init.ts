import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOverwrite, checkPlace, writeWhole } from '../../disk/documents.ts';
import { editorJsonSchema } from '../../inventory/shape.ts';
import { type FailoverEngine, failoverFactsOf } from '../../model/failover.ts';
import { type HealthDaemon, healthDaemons, healthFactsOf } from '../../model/health.ts';
import { UserError } from '../../user-error.ts';
import { line } from '../../shell/quote.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';

export const run: Run<typeof inventoryForms.init> = async ({ words, options }, io) => {
  const [directory = '.'] = words;
  const { mode, failover } = options;
  const path = join(directory, 'inventory.yaml');
  await checkPlace(directory, 'directory');
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined)
    throw new UserError(`${path} exists already; it was not changed`, {
      hint: 'name another directory: lvsform init DIR',
    });
  const schema = join(directory, 'inventory.schema.json');
  await checkOverwrite(schema, 'the schema of lvsform', isSchema, 'name another directory: lvsform init DIR');
  const template = await readFile(fileURLToPath(import.meta.resolve(`#templates/init/${mode}.yaml`)), 'utf8');
  const text = template.replace('name: NAME', `name: ${nameFor(directory)}`);
  await writeWhole(path, failover === 'none' ? text : withPair(text, failover));
  await writeWhole(schema, `${JSON.stringify(editorJsonSchema(), null, 2)}\n`);
  const command = (...more: string[]): string => line(['lvsform', ...more, '-i', path]);
  io.print(
    `${path} is written. Correct its addresses, then run:\n  ${command('validate')}\n  ${command('plan')}\n`,
  );
  if (failover !== 'none' && failoverFactsOf(failover).defaults.key) {
    io.print(`The directors need a key; run: ${command('secrets', 'generate')}\n`);
  }
  return 0;
};

/** True for the schema that this or another version of lvsform wrote. */
function isSchema(text: string): boolean {
  return text.includes('"title": "lvsform inventory"');
}

/** The directory's name, without the characters that a name cannot have. */
function nameFor(directory: string): string {
  const name = basename(resolve(directory)).replace(/[^A-Za-z0-9.-]+/g, '-');
  return name.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'lvs';
}

/** The health engine beside a failover engine: itself, or one that it starts; in any case one that can make the service. */
function watcherFor(failover: FailoverEngine, tunnels: boolean): HealthDaemon {
  const able = healthDaemons.filter(
    (engine) => !tunnels || !healthFactsOf(engine).lacks.includes('gue and gre'),
  );
  const { starts } = failoverFactsOf(failover);
  return (
    able.find((engine) => engine === failover) ?? able.find((engine) => starts.includes(engine)) ?? able[0]!
  );
}

/** The inventory with a second director, and with engines that commonly go together. */
function withPair(text: string, failover: FailoverEngine): string {
  const health = watcherFor(failover, text.includes('tunnel:'));
  const [first, address] = /^ {6}lb1: .*?((?:\d+\.){3}\d+)\/\d+.*$/m.exec(text)!;
  const network = address!.split('.').slice(0, 3).join('.');
  const second = `${network}.${Number(address!.split('.')[3]) + 1}`;
  const other = first.replace('lb1', 'lb2').replace(/(?:\d+\.){3}\d+\/\d+/, second);
  const gateway = /mode: nat/.test(text) ? `, gateway: ${network}.1/24` : '';
  return `${text.replace(first, `${first}\n${other}`)}    health: { engine: ${health} }
    failover: { engine: ${failover}${gateway} }
`;
}
