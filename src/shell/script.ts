import { line } from './quote.ts';

/**
 * A script for a host. It frames the sections of its answer with `frame`, and prints a last section, so that a cut answer is
 * noticed. The functions that it names are in src/host; they are added when the script is sent.
 */
export function hostScript(frame: string, ...parts: readonly string[]): string {
  return [line(['begin', frame]), ...parts, 'say end', ''].join('\n');
}
