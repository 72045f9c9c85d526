import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { shippedModule } from './shipped.ts';

/**
 * Makes what a package has in the place of the modules, in `dist/bundle`: the program and the libraries in one file, as a
 * function that `src/cli/start.cts` calls, and the licences of the libraries.
 */
const top = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(top, 'dist/bundle');

/** ssh2 does without its native parts, which a package cannot have for each platform: Node's own crypto takes their place. */
const withoutNatives: Plugin = {
  name: 'without-natives',
  setup: (builder) => {
    builder.onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, namespace: 'native' }));
    builder.onLoad({ filter: /./, namespace: 'native' }, () => ({
      contents: 'throw new Error("no native parts");',
    }));
  },
};

/** zod's messages in other languages, a fifth of all code, are never shown. */
const withoutLanguages: Plugin = {
  name: 'without-languages',
  setup: (builder) => {
    builder.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** The texts of templates and shell functions are in the bundle, and need not be read from many files. */
const withTexts: Plugin = {
  name: 'with-texts',
  setup: (builder) => {
    builder.onLoad({ filter: /\/src\/disk\/shipped\.ts$/ }, async () => ({
      contents: await shippedModule(),
    }));
  },
};

/**
 * A function of what Node gives a CommonJS module. The names of the package's own files (`imports` in package.json) become
 * paths without a search through the disk.
 */
async function banner(): Promise<string> {
  const { imports } = JSON.parse(await readFile(join(top, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  return `(function (require, module, __filename, __dirname) {
"use strict";
const ownFiles = ${JSON.stringify(Object.entries(imports).map((each) => each.map((path) => path.replace('*', ''))))};
const resolveFile = (name) => {
  const [begin, folder] = ownFiles.find(([begin]) => name.startsWith(begin));
  const { pathToFileURL } = require('node:url');
  return pathToFileURL(require('node:path').join(__dirname, '../..', folder, name.slice(begin.length))).href;
};`;
}

async function bundled(): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [join(top, 'src/cli/program.ts')],
    outfile: join(folder, 'lvsform.cjs'),
    absWorkingDir: top,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // Code that is compiled from a text cannot import; what it loads later is in it already.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.resolve': 'resolveFile' },
    banner: { js: await banner() },
    footer: { js: '})' },
    legalComments: 'none',
    plugins: [withoutNatives, withoutLanguages, withTexts],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** The libraries in the bundle, with their versions and licences. */
async function licences({ inputs }: Metafile): Promise<string> {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  const texts = [...new Set(folders)].toSorted().map(async (each) => {
    const files = await readdir(join(top, each));
    const { name, version, license } = JSON.parse(
      await readFile(join(top, each, 'package.json'), 'utf8'),
    ) as { name: string; version: string; license: string };
    const file = files.find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? '' : `\n${await readFile(join(top, each, file), 'utf8')}`;
    return `${name} ${version} (${license})\n${text.trimEnd()}\n`;
  });
  return `lvsform.cjs contains these libraries.\n\n${(await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)}`;
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const metafile = await bundled();
// It is read byte by byte, which is quicker than to look for characters of several bytes; esbuild escapes those in code.
const file = join(folder, 'lvsform.cjs');
const text = (await readFile(file, 'utf8')).replaceAll(/^\s*(?:\*|\/\*|\/\/).*/gm, (comment) =>
  comment.replaceAll(/[^\0-\x7f]/g, '?'),
);
if (/[^\0-\x7f]/.test(text)) throw new Error('the bundle is not ASCII');
await writeFile(file, text);
await writeFile(join(folder, 'licenses.txt'), await licences(metafile));
