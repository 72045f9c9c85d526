import type { SecretNeed } from './secret.ts';

/** How an agent takes a secret from a file instead of its configuration. */
export type FileWay =
  /** A second parameter has a command that prints it. */
  | { readonly by: 'command'; readonly param: string }
  /** The parameter has the path, and a second one says so. */
  | { readonly by: 'path'; readonly param: string; readonly value: string };

/** What fence-agents' library and the agents' metadata call by other names than a password. */
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

/** What a name says: of agents that nobody has heard of here, and of parameters that come. */
const secretive =
  /pass(w(or)?d|phrase)?$|(^|_)(pw|pwd|pin)$|secret|token|community|credentials?$|(api|auth|priv(ate)?|shared|session|encryption)_?key$/i;

/** A file, a command, or a way of asking: not the secret itself. */
const pointer = /_?(script|file|path|method|type|url|timeout|length|level|prot(ocol)?)$/i;

/** True for a parameter of a fencing device that nobody may read: by its name, whatever the agent. */
export function isSecretParam(name: string): boolean {
  return known.has(name.toLowerCase()) || (secretive.test(name) && !pointer.test(name));
}

/** How this agent takes this secret from a file; undefined where it takes it from its configuration only. */
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
