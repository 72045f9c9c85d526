import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HostLibrary, hostLibrary } from '../host/library.ts';
import { readText } from './text.ts';

const folder = dirname(fileURLToPath(import.meta.resolve('#host/begin.sh')));
let library: Promise<HostLibrary> | undefined;

/** lvsform's shell functions for hosts, read once. */
export function readHostLibrary(): Promise<HostLibrary> {
  return (library ??= read());
}

async function read(): Promise<HostLibrary> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sh')).toSorted();
  const texts = names.map(async (name) => {
    const text = await readText(join(folder, name), 'the shell functions');
    return [`src/host/${name}`, text] as const;
  });
  return hostLibrary(new Map(await Promise.all(texts)));
}
