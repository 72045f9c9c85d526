import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Took {
  /** Seconds from the start to the end. */
  readonly wall: number;
  /** Seconds of CPU of the process, and of those that it started and waited for. */
  readonly cpu: number;
}

export interface Finished extends Took {
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
  const child = spawn('sh', ['-c', counting, 'sh', ...words], {
    cwd,
    env: { ...rest, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const times: Buffer[] = [];
  (child.stdio[3] as Readable).on('data', (data: Buffer) => times.push(data));
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  const wall = (performance.now() - start) / 1000;
  const text = Buffer.concat(output).toString();
  if (status !== 0) {
    const said = `${text}${Buffer.concat(errors).toString()}`.slice(-2000);
    throw new Error(`${words.slice(0, 6).join(' ')} ended with ${status}: ${said}`);
  }
  return { wall, cpu: cpuIn(Buffer.concat(times).toString()), output: text };
}

/** Node tells nothing of its children's CPU; a shell does, of all that it waited for. */
const counting = '"$@" 3>&-; status=$?; times >&3; exit $status';

/** The second line of `times` is of the children: `0m1.02s 0m0.31s`. */
export function cpuIn(times: string): number {
  const words = times.split('\n')[1]?.match(/(\d+)m([\d.]+)s/g) ?? [];
  return words.reduce((sum, word) => {
    const [minutes, seconds] = word.split(/[ms]/).map(Number) as [number, number];
    return sum + 60 * minutes + seconds;
  }, 0);
}

/** True where a program is on the PATH. */
export async function isInstalled(program: string): Promise<boolean> {
  return run(['sh', '-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}
