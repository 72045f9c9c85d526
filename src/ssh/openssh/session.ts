import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Channel } from '../transport.ts';
import { overStanding } from './words.ts';

/** A command over the connection that stands at `socket`. It ends as ssh2's channels do: `exit` if its status is known, then `close`. */
export function session(socket: string, command: string): Channel & { readonly kill: () => void } {
  const words = ['-F', 'none', '-T', ...overStanding(socket), '--', 'host', command];
  // A signal from the terminal is for lvsform alone: it decides what ends.
  const child = spawn('ssh', words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const events = new EventEmitter();
  let said = '';
  child.stdout.on('data', (data: Buffer) => events.emit('data', data));
  child.stderr.on('data', (data: Buffer) => (said = (said + data.toString('latin1')).slice(-2000)));
  child.stdin.on('error', () => {});
  child.once('error', (error) => events.emit('error', error));
  child.once('close', (code: number | null) => {
    void (async () => {
      const lost = code === 255 && (/mux_client|Session open refused/.test(said) || !(await stands(socket)));
      if (lost) events.emit('error', new Error(said.trim().split('\n').at(-1) ?? 'it broke off'));
      else events.emit('exit', code);
      events.emit('close');
    })();
  });
  return {
    on: (event, listener) => events.on(event, listener as (value: unknown) => void),
    stderr: child.stderr,
    write: (input: string) => child.stdin.write(input),
    end: (input: string) => child.stdin.end(input),
    kill: () => {
      events.removeAllListeners();
      events.on('error', () => {});
      child.kill('SIGKILL');
      for (const each of [child.stdin, child.stdout, child.stderr]) each.destroy();
      child.unref();
    },
  };
}

/** True where the connection at a socket still stands. */
function stands(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('ssh', ['-F', 'none', ...overStanding(socket), '-O', 'check', '--', 'host'], {
      stdio: 'ignore',
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
