import { fstatSync, writeFileSync } from 'node:fs';

/** The reader is gone: the other end of a pipe or a socket is closed. */
const readerGone: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);

/**
 * Standard output or standard error. A reader that closes the pipe is no failure: later output is dropped, and the work
 * continues. A text that cannot be written for another reason (a full disk) is a failure, and is reported at the end.
 */
export class Outlet {
  readonly #stream: NodeJS.WriteStream & { fd: number };
  readonly #toFile: boolean;
  #closed = false;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(stream: NodeJS.WriteStream & { fd: number }) {
    this.#stream = stream;
    // A stream would not notice a short write to a full disk.
    this.#toFile = isFile(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  write(text: string): void {
    if (this.#closed || text === '') return;
    try {
      if (this.#toFile) writeFileSync(this.#stream.fd, text);
      else this.#stream.write(text);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  /** Waits until everything is written or has failed. */
  async flushed(): Promise<void> {
    if (this.#toFile || this.#closed) return;
    await new Promise<void>((resolve) => {
      // The stream's own event may follow the callback, or never come.
      this.#stream.write('', (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
    await new Promise((resolve) => setImmediate(resolve));
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    if (readerGone.has(error.code) || (error.code === 'EIO' && this.#stream.isTTY)) return;
    this.#failure = error;
  }
}

function isFile(stream: NodeJS.WriteStream & { fd: number }): boolean {
  if (stream.isTTY) return false;
  try {
    const there = fstatSync(stream.fd);
    return there.isFile() || there.isCharacterDevice() || there.isBlockDevice();
  } catch {
    return false;
  }
}
