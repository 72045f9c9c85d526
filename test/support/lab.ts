import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Lab } from '../../src/lab/store.ts';
import { line } from '../../src/shell/quote.ts';

const execute = promisify(execFile);
const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A lab with an inventory that changes, used through the command line as people use it. */
export class LabWorld {
  readonly #folder: string;
  #lab: Lab | undefined;
  #generation = 0;
  /** A port that no client has used yet. */
  freshPort = 10_000;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<LabWorld> {
    return new LabWorld(await mkdtemp(join(tmpdir(), 'lab-')));
  }

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error('the lab is not up');
    return this.#lab;
  }

  get #inventory(): string {
    return join(this.#folder, 'inventory.yaml');
  }

  /** From now on the inventory is this one. JSON is YAML. */
  async write(inventory: object): Promise<void> {
    await writeFile(this.#inventory, JSON.stringify({ name: 'story', ...inventory }, null, 2));
  }

  /** Runs lvsform on the inventory; labs of this test are kept apart from others. */
  async lvsform(...words: readonly string[]): Promise<Ran> {
    const [command = '', ...rest] = words;
    const child = spawn(process.execPath, [program, command, '-i', this.#inventory, ...rest], {
      env: {
        ...process.env,
        XDG_STATE_HOME: this.#folder,
        LVSFORM_PASSPHRASE: 'for this lab',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, output };
  }

  async up(...options: readonly string[]): Promise<Lab> {
    const { code, output } = await this.lvsform('lab', 'up', '--json', ...options);
    if (code !== 0) throw new Error(output);
    const text = output.split('\n').find((each) => each.startsWith('{'));
    this.#lab = JSON.parse(text!) as Lab;
    return this.#lab;
  }

  /** Takes the lab down and says what is left of it: nothing, if all is well. */
  async down(): Promise<string[]> {
    await this.forgetConnections();
    const { output } = await this.lvsform('lab', 'down');
    const left = await readdir(join(this.#folder, 'lvsform/labs')).catch(() => [output]);
    await rm(this.#folder, { recursive: true, force: true });
    return left;
  }

  /** Runs a script on a host as root. Throws where it fails. */
  async on(host: string, script: string): Promise<string> {
    const { stdout } = await execute('ssh', [...this.#ssh(host), line(['sh', '-c', script])]);
    return stdout;
  }

  /** A script on a host that goes on while we do something else: what it says is heard, what we say it reads. */
  talk(host: string, script: string): Talk {
    const child = spawn('ssh', [...this.#ssh(host), line(['bash', '-c', script])], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const closed = once(child, 'close');
    return {
      said: () => output,
      onSaid: (listener) => child.stdout.on('data', listener),
      heard: (what) =>
        this.until(`${host} says ${what.source}`, 30, () => Promise.resolve(what.test(output) || output)),
      say: async (text) => {
        child.stdin.end(text);
        await closed;
      },
    };
  }

  /** One connection to each host, shared; a new one after `#generation` has changed. */
  #ssh(host: string): string[] {
    const socket = join(this.#folder, `${this.#generation}-%n`);
    const shared = ['ControlMaster=auto', `ControlPath=${socket}`, 'ControlPersist=120'];
    const options = ['ConnectTimeout=30', 'ServerAliveInterval=5', ...shared];
    return ['-F', join(this.lab.folder, 'ssh_config'), ...options.flatMap((each) => ['-o', each]), host];
  }

  /** The connection to one host will not live any longer. */
  async forgetConnection(host: string): Promise<void> {
    await execute('ssh', ['-O', 'exit', ...this.#ssh(host)]).catch(() => {});
  }

  /** The connections that there are will not live any longer. */
  async forgetConnections(): Promise<void> {
    for (const { name } of this.#lab?.machines ?? []) {
      await this.forgetConnection(name);
    }
    this.#generation += 1;
  }

  /**
   * Waits until `condition` gives true; until then it may say how things stand. The limit is for a machine whose guest is up after 3 s, and grows with what it
   * took here.
   */
  async until(what: string, seconds: number, condition: () => Promise<boolean | string>): Promise<void> {
    const limit = seconds * 1000 * Math.max(1, this.lab.times.kernel / 3) * 3;
    for (const begun = Date.now(); ; await sleep(200)) {
      const found = await condition();
      if (found === true) return;
      if (Date.now() - begun > limit)
        throw new Error(`not within ${limit / 1000} s: ${what} (now: ${found})`);
    }
  }

  /** Lets a host boot anew by its own systemctl, and waits until all its units have started. */
  async reboot(host: string): Promise<void> {
    await this.on(host, 'touch /run/before-reboot; systemctl reboot').catch(() => {});
    await this.forgetConnection(host);
    await this.until(`${host} is up again`, 60, async () =>
      this.on(host, '[ ! -e /run/before-reboot ] && systemctl is-system-running').then(
        (state) => state.trim() === 'running' || state,
        (error: unknown) => String(error),
      ),
    );
  }
}

export interface Talk {
  /** All that it has said so far. */
  readonly said: () => string;
  readonly onSaid: (listener: () => void) => void;
  readonly heard: (what: RegExp) => Promise<void>;
  /** The last word: waits until the script has ended. */
  readonly say: (text: string) => Promise<void>;
}

/** Lines that hosts gained or lost from one state to another, each with its host: none where all is as before. */
export function differing(
  hosts: readonly string[],
  before: readonly string[],
  after: readonly string[],
): string[] {
  return hosts.flatMap((host, index) => {
    const [old, now] = [before, after].map((states) => new Set(states[index]!.split('\n')));
    return [
      ...[...now!].filter((text) => !old!.has(text)).map((text) => `${host} + ${text}`),
      ...[...old!].filter((text) => !now!.has(text)).map((text) => `${host} - ${text}`),
    ];
  });
}
