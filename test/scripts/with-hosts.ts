import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../../', import.meta.url));
/** Who imports one of these has hosts: simulated ones, or OpenSSH servers in namespaces. */
const sources = ['src/sim/simulation.ts', 'test/support/real-hosts.ts'];

/** The test files that run hosts, as patterns for ava: those that import them, directly or through test/support. */
export function withHosts(): string[] {
  const known = new Map<string, boolean>();
  const needs = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    // A circle of imports adds nothing.
    known.set(path, false);
    const answer = sources.includes(path) || (path.startsWith('test/') && importsOf(path).some(needs));
    known.set(path, answer);
    return answer;
  };
  return testFiles().filter(needs);
}

function testFiles(): string[] {
  return readdirSync(join(top, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('stories/'))
    .map((path) => `test/${path}`)
    .toSorted();
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(top, path), 'utf8');
  const found = text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)';/gm);
  return [...found]
    .map(([, name]) => relative(top, join(top, dirname(path), name!)))
    .filter((each) => existsSync(join(top, each)));
}
