import { isIPv6 } from 'node:net';
import { UserError } from '../../user-error.ts';
import { ours } from '../builtin/algorithms.ts';
import type { Allowed, HostKeyPolicy, Route, SshOptions } from '../route.ts';
import { type Answer, one, type Settings } from './answer.ts';
import { expandPath, type Tokens } from './expand.ts';
import { beyondUs, isWritten } from './keywords.ts';

type Told = Pick<SshOptions, 'hostKey' | 'usualTimeout'> & { readonly identity: string | undefined };

/** A route from ssh_config and the command line, without its jump host. Throws UserError. */
export function routeFrom(
  answer: Answer,
  name: string,
  told: Told,
  settings: Pick<Settings, 'usual' | 'mentions'>,
): Omit<Route, 'jump'> {
  const host = (one(answer, 'hostname') ?? name).replace(/^\[(.*)\]$/, (all, inner: string) =>
    isIPv6(inner) ? inner : all,
  );
  const port = portOf(name, one(answer, 'port') ?? '22');
  const user = one(answer, 'user') ?? '';
  const alias = one(answer, 'hostkeyalias');
  const tokens: Tokens = { name, host, port, user, alias, jump: one(answer, 'proxyjump') };
  const path = (text: string): string => expandPath(text, tokens);
  const revoked = one(answer, 'revokedhostkeys');
  const timeout = Number(one(answer, 'connecttimeout') ?? 0) * 1000;
  const bind = one(answer, 'bindaddress');
  const family = { inet: 4 as const, inet6: 6 as const }[one(answer, 'addressfamily') ?? ''];
  const { allowed, none } = algorithmsOf(answer, settings);
  const beyond = [...beyondUs(answer, settings), ...otherwise(answer), ...none];
  return {
    host,
    port,
    user,
    identities:
      told.identity === undefined
        ? identitiesOf(answer).map(path)
        : [path(told.identity.replaceAll('%', '%%'))],
    identitiesOnly: told.identity !== undefined || one(answer, 'identitiesonly') === 'yes',
    agent: agentOf(answer, path),
    knownHosts: filesOf(answer, 'userknownhostsfile'),
    globalKnownHosts: filesOf(answer, 'globalknownhostsfile'),
    hostKey: told.hostKey ?? policies[one(answer, 'stricthostkeychecking') ?? ''] ?? 'strict',
    ...(alias === undefined ? {} : { alias }),
    ...(revoked === undefined ? {} : { revoked: path(revoked) }),
    ...(one(answer, 'hashknownhosts') === 'yes' ? { hashes: true } : {}),
    ...(family === undefined ? {} : { family }),
    ...(bind === undefined ? {} : { bind }),
    ...(told.usualTimeout === true && timeout > 0 ? { connectTimeout: timeout } : {}),
    ...(Object.keys(allowed).length === 0 ? {} : { allowed }),
    ...(one(answer, 'gssapiauthentication') === 'yes' ? { gssapi: true as const } : {}),
    ...(settings.mentions('forkafterauthentication') ? { forks: true as const } : {}),
    ...(beyond.length === 0 ? {} : { beyond }),
  };
}

function portOf(host: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new UserError(`ssh_config: Port ${text} of ${host} is not a port`);
}

/** As ssh_config writes them, and as `ssh -G` prints them. */
const policies: Record<string, HostKeyPolicy> = {
  'accept-new': 'accept-new',
  no: 'off',
  off: 'off',
  false: 'off',
};

/** Kinds of keys that the library cannot use; OpenSSH looks for these files if ssh_config names none. */
const unusable = /^~\/\.ssh\/id_(?:dsa|xmss|ecdsa_sk|ed25519_sk)$/;

function identitiesOf(answer: Answer): string[] {
  return (answer.get('identityfile') ?? []).filter((path) => path !== 'none' && !unusable.test(path));
}

function agentOf(answer: Answer, path: (text: string) => string): string | undefined {
  const told = answer.get('identityagent')?.[0];
  if (told === undefined || told === 'SSH_AUTH_SOCK') return process.env['SSH_AUTH_SOCK'];
  if (told === 'none') return undefined;
  return /^\$\w+$/.test(told) ? process.env[told.slice(1)] : path(told);
}

function filesOf(answer: Answer, keyword: string): string[] {
  const paths = (one(answer, keyword) ?? '').split(' ');
  return paths.filter((path) => path !== '' && path !== 'none');
}

/** Unsupported settings that are not a keyword of their own. */
function otherwise(answer: Answer): string[] {
  // `ssh -G` prints paths with spaces between them, so paths that contain spaces cannot be told apart.
  const unclear = ['userknownhostsfile', 'globalknownhostsfile'].filter((keyword) => {
    const paths = filesOf(answer, keyword);
    return paths.length > 1 && paths.some((path) => !path.startsWith('/'));
  });
  const foreign =
    answer.get('identityfile')?.some((path) => /^~[^/]/.test(path)) === true ? ['identityfile'] : [];
  const byKey = one(answer, 'preferredauthentications')?.split(',').includes('publickey') ?? true;
  const noKeys = /^(?:no|false)$/.test(one(answer, 'pubkeyauthentication') ?? '');
  return [
    ...unclear,
    ...foreign,
    ...(byKey ? [] : ['preferredauthentications']),
    ...(noKeys ? ['pubkeyauthentication'] : []),
  ];
}

/** The algorithms of the library that ssh_config allows; `none` names the keywords that leave it none. */
function algorithmsOf(
  answer: Answer,
  settings: Pick<Settings, 'usual' | 'mentions'>,
): { readonly allowed: Allowed; readonly none: string[] } {
  const allowed: Record<string, readonly string[]> = {};
  const none: string[] = [];
  for (const [keyword, { as, all }] of Object.entries(ours)) {
    const told = one(answer, keyword)?.split(',');
    // Where ssh_config chooses nothing, those of old hosts are allowed, too, although OpenSSH itself no longer offers them.
    if (told === undefined || !isWritten(settings, keyword)) continue;
    if (told.join(',') === one(settings.usual(), keyword)) continue;
    const left = told.filter((each) => all.includes(each));
    if (left.length === 0 || as === undefined) none.push(keyword);
    else allowed[as] = left;
  }
  return { allowed, none };
}
