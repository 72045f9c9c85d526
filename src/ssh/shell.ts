import type { Secret } from '../model/secret.ts';
import { HostFailure } from '../port.ts';
import { clean } from '../text/clean.ts';
import { type CommandLimits, exec } from './exec.ts';
import { plainly, runBySudo } from './sudo.ts';
import type { Connection } from './transport.ts';

/** Runs a script in one exec, and returns its standard output as latin1. Throws PasswordNeeded or HostFailure. */
export async function runScript(
  connection: Connection,
  script: string,
  options: { readonly sudo: boolean; readonly password: Secret | undefined; readonly limits: CommandLimits },
): Promise<string> {
  const { output, errors, code } = options.sudo
    ? await runBySudo(connection, script, options)
    : await exec(connection, plainly, script, options.limits);
  if (code !== 0) {
    const said = clean(errors, 500).trim();
    throw new HostFailure(`its shell ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`, {
      reason: 'broken',
      output,
    });
  }
  return output;
}
