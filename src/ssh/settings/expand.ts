import { hostname, userInfo } from 'node:os';
import { UserError } from '../../user-error.ts';

/** The values of the tokens of ssh_config(5). */
export interface Tokens {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly alias: string | undefined;
  readonly jump: string | undefined;
}

/** A path of ssh_config with its tokens, variables and `~` expanded, as OpenSSH expands them. Throws UserError. */
export function expandPath(path: string, tokens: Tokens): string {
  return expandTokens(expandVariables(path), tokens).replace(/^~(?=\/|$)/, userInfo().homedir);
}

function expandVariables(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_all, name: string) => {
    const value = process.env[name];
    if (value !== undefined) return value;
    throw new UserError(`ssh_config: ${text}: there is no environment variable ${name}`);
  });
}

export function expandTokens(text: string, { name, host, port, user, alias, jump }: Tokens): string {
  const local = userInfo();
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: local.homedir,
    h: host,
    i: String(local.uid),
    j: jump ?? '',
    k: alias ?? name,
    L: hostname().replace(/\..*/, ''),
    l: hostname(),
    n: name,
    p: String(port),
    r: user,
    u: local.username,
  };
  return text.replaceAll(/%(.?)/gs, (token, letter: string) => {
    const value = values[letter];
    if (value !== undefined) return value;
    throw new UserError(`ssh_config: lvsform does not understand ${token} in ${text}`);
  });
}
