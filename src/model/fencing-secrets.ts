import type { SecretNeed } from './secret.ts';

/** How an agent reads a secret from a file instead of its configuration. */
export type FileWay =
  /** A second parameter names a command that prints the secret. */
  | { readonly by: 'command'; readonly param: string }
  /** The parameter contains the path, and a second parameter says so. */
  | { readonly by: 'path'; readonly param: string; readonly value: string };

/** Secrets that the library and the metadata of fence-agents do not call passwords. */
const known: ReadonlySet<string> = new Set([
  'passwd',
  'password',
  'snmp_priv_passwd',
  'community',
  'secret_key',
  'ilo_password',
  'token',
  'apikey',
  'login_passwd',
]);

/** Names that sound like a secret, for unknown agents and future parameters. */
const secretive =
  /pass(w(or)?d|phrase)?$|(^|_)(pw|pwd|pin)$|secret|token|community|credentials?$|(api|auth|priv(ate)?|shared|session|encryption)_?key$/i;

/** Names of a file, a command or a method, but not of the secret itself. */
const pointer = /_?(script|file|path|method|type|url|timeout|length|level|prot(ocol)?)$/i;

/** True for a parameter of a fencing device that is a secret, by its name, for any agent. */
export function isSecretParam(name: string): boolean {
  return known.has(name.toLowerCase()) || (secretive.test(name) && !pointer.test(name));
}

/** How this agent reads this secret from a file; undefined if it reads it only from its configuration. */
export function fileWay(agent: string, name: string): FileWay | undefined {
  // fence-agents' library runs `passwd_script` and the like through a shell (fencing.py).
  if (agent.startsWith('fence_') && /^(passwd|password|snmp_priv_passwd)$/.test(name))
    return { by: 'command', param: `${name}_script` };
  // cluster-glue's README.ipmi.
  if (agent === 'external/ipmi' && name === 'passwd')
    return { by: 'path', param: 'passwd_method', value: 'file' };
  return undefined;
}

/** Where a director keeps a device's secret for its agent. */
export function secretPath({ name }: SecretNeed): string {
  return `/etc/lvsform/fencing/${name.replaceAll('/', '-')}`;
}
