import type { Command } from '../../shell/quote.ts';
import type { Route } from '../route.ts';
import { type Answer, one } from './answer.ts';

/** Settings beside those that ssh finds in ssh_config for the destination. */
interface Beside {
  /** The settings that ssh finds there; undefined if not known. */
  readonly alone: Answer | undefined;
  /** The settings of ssh_config for the host's other name. */
  readonly more: Answer;
  /** The key that the command line or the inventory names. */
  readonly identity: string | undefined;
}

/** Keywords that have an option of their own. */
const short: ReadonlySet<string> = new Set(['identityfile', 'proxyjump', 'port', 'user']);

/**
 * The `ssh` command that reaches a host as lvsform does. `destination` is the name that ssh looks up in ssh_config. Settings
 * from elsewhere (the command line, the inventory, the host's other name) become options. `config` is the ssh_config that the
 * user named.
 */
export function sshCommand(
  destination: string,
  { alone, more, identity }: Beside,
  route: Route,
  config: string | undefined,
): Command {
  const known = alone?.get('identityfile') ?? [];
  const named =
    identity === undefined
      ? (more.get('identityfile') ?? []).filter((path) => !known.includes(path))
      : route.identities;
  const jump = one(more, 'proxyjump');
  const others = [...more].filter(([keyword]) => !short.has(keyword));
  return [
    'ssh',
    ...(config === undefined ? [] : ['-F', config]),
    ...named.flatMap((path) => ['-i', path]),
    ...(identity === undefined ? [] : ['-o', 'IdentitiesOnly=yes']),
    ...others.flatMap(([keyword, values]) => values.flatMap((value) => ['-o', `${keyword}=${value}`])),
    ...(jump === undefined ? [] : ['-J', jump]),
    ...(alone !== undefined && one(alone, 'port') === String(route.port) ? [] : ['-p', String(route.port)]),
    alone !== undefined && one(alone, 'user') === route.user ? destination : `${route.user}@${destination}`,
  ];
}
