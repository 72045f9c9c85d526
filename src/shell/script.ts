import { line } from './quote.ts';

/**
 * A script for a host, which frames the sections of its answer with `frame`, and says at its end that the answer is
 * whole. The functions that it names are in src/host; they are added where the script is sent.
 */
export function hostScript(frame: string, ...parts: readonly string[]): string {
  return [line(['begin', frame]), ...parts, 'say end', ''].join('\n');
}
