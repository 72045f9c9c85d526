import { readFileSync } from 'node:fs';

/** The version of this lvsform. */
export function version(): string {
  const text = readFileSync(new URL(import.meta.resolve('#package')), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
