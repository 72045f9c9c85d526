import { digestBy } from '../net/digest.ts';
import { terminalIo } from './io.ts';
import { lvsform, optionsIn } from './lvsform.ts';
import { platformSha256 } from './platform-digest.ts';

/** lvsform as a process: carries out the command line on the terminal, and sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  digestBy(platformSha256);
  const io = terminalIo({ colour: !optionsIn(argv).includes('--no-color') });
  process.exitCode = await io.end(await lvsform(argv, io));
}
