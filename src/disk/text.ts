import { createReadStream } from 'node:fs';
import { UserError } from '../user-error.ts';
import { refused } from './errors.ts';

/** The largest file that is read, in bytes: ten times a plan of some thousand hosts. A device may never end. */
const most = 256 * 1024 * 1024;

/** The text of a file that the user named. `what`: `the plan`. Throws UserError if it cannot be read. */
export async function readText(path: string, what: string, hint?: string): Promise<string> {
  if (path.includes('\0')) throw new UserError(`cannot read ${what}: its path contains a NUL character`);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > most) throw new UserError(`cannot read ${what} ${path}: it is larger than 256 MiB`);
      parts.push(part);
    }
  } catch (error) {
    refused(`cannot read ${what} ${path}`, hint)(error);
  }
  return Buffer.concat(parts).toString('utf8');
}
