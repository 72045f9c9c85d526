import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a run of ava printed, and how it ended. */
export interface Run {
  readonly code: number;
  readonly output: string;
}

/** Runs ava, and gives each line that it prints to `say` at once. */
export async function runAva(words: readonly string[], say: (line: string) => void): Promise<Run> {
  const ava = spawn('npx', ['ava', ...words], { stdio: ['inherit', 'pipe', 'inherit'] });
  const closed = once(ava, 'close') as Promise<[number | null]>;
  let output = '';
  for await (const line of createInterface({ input: ava.stdout })) {
    output += `${line}\n`;
    // Where the runner itself was when a test failed is of no interest.
    if (!/^ +at .*(node_modules\/ava\/|node:internal\/|Promise\.all)/.test(line)) say(line);
  }
  const [code] = await closed;
  return { code: code ?? 1, output };
}
