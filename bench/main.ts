import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { replaceSection } from './document.ts';
import { readOptions, usage } from './options.ts';
import { markdown, type Options, type Report } from './report.ts';
import { sections } from './sections/index.ts';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** A run on another day may write some of the sections only: each says on what it was run. */
function machine(): string {
  const load = loadavg()[0]!.toFixed(1);
  return `Node ${process.version}, ${cpus().length} cores; load when it began: ${load}.`;
}

async function main(options: Options): Promise<void> {
  const figures: Record<string, unknown> = {};
  for (const section of sections.filter(({ name }) => options.names.includes(name))) {
    const on = machine();
    const start = performance.now();
    const report: Report = await section.run(options);
    const took = (performance.now() - start) / 1000;
    const text = markdown(section, { ...report, parts: [...report.parts, `(${on})`] });
    figures[section.name] = { on, took, ...report.figures };
    if (options.write)
      await writeFile(page, replaceSection(await readFile(page, 'utf8'), section.name, text));
    if (!options.json) console.log(`${text}\n`);
  }
  if (options.json) console.log(JSON.stringify(figures, null, 2));
}

try {
  await main(
    readOptions(
      process.argv.slice(2),
      sections.map(({ name }) => name),
    ),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 1;
}
