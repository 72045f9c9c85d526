import { userInfo } from 'node:os';
import type { Command } from '../shell/quote.ts';

/** The settings of ssh_config for one name. */
interface Configured {
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly identities: readonly string[];
  readonly jump: string | undefined;
}

/** How lvsform reaches a host, with all settings resolved. */
interface Way {
  readonly port: number;
  readonly user: string;
  /** The keys that are set for it; empty if the usual ones are tried. */
  readonly identities: readonly string[];
  /** True if only these are tried. */
  readonly identitiesOnly: boolean;
  readonly jump: string | undefined;
}

/**
 * The `ssh` command that reaches a host as lvsform does. `destination` is the name that ssh looks up in ssh_config, and `alone`
 * the settings that it finds there. Settings from elsewhere (the command line, the inventory, the host's other name) become
 * options. `config` is the ssh_config that the user named.
 */
export function sshCommand(
  destination: string,
  alone: Configured,
  way: Way,
  config: string | undefined,
): Command {
  const keys = way.identities.filter((path) => !alone.identities.includes(path));
  return [
    'ssh',
    ...(config === undefined ? [] : ['-F', config]),
    ...keys.flatMap((path) => ['-i', path]),
    ...(keys.length > 0 && way.identitiesOnly ? ['-o', 'IdentitiesOnly=yes'] : []),
    ...(way.jump === undefined || way.jump === alone.jump ? [] : ['-J', way.jump]),
    ...(way.port === (alone.port ?? 22) ? [] : ['-p', String(way.port)]),
    way.user === (alone.user ?? userInfo().username) ? destination : `${way.user}@${destination}`,
  ];
}
