import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  /** From before it was started until its end. */
  readonly seconds: number;
  readonly output: string;
}

export interface Surroundings {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a whole process. Throws with what it said where its exit status is not 0. */
export async function run(
  words: readonly string[],
  { input = '', cwd, env }: Surroundings = {},
): Promise<Finished> {
  const { SSH_AUTH_SOCK: _agent, ...rest } = process.env;
  const start = performance.now();
  const child = spawn(words[0]!, words.slice(1), { cwd, env: { ...rest, ...env }, stdio: 'pipe' });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  const text = Buffer.concat(output).toString();
  if (status !== 0) {
    const said = `${text}${Buffer.concat(errors).toString()}`.slice(-2000);
    throw new Error(`${words.slice(0, 6).join(' ')} ended with ${status}: ${said}`);
  }
  return { seconds, output: text };
}

/** True where a program is on the PATH. */
export async function isInstalled(program: string): Promise<boolean> {
  return run(['sh', '-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}
