import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../apply/transaction.ts';
import { Secret } from '../model/secret.ts';
import type { Clock } from '../port.ts';
import { type AskPassword, SshHosts } from '../ssh/hosts.ts';
import { sshRoutes } from '../ssh/settings/routes.ts';
import { environment } from './environment.ts';
import type { Io } from './io.ts';
import type { ConnectionValues } from './options.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  random: () => randomBytes(16).toString('hex'),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};

/**
 * The hosts over SSH that a command line means: real ones, or with --lab those of the inventory's lab. `askSecret` gets the
 * password of sudo, where a host needs it.
 */
export async function hostsFor(
  values: ConnectionValues,
  io: Pick<Io, 'tell'>,
  inventory: string,
  askSecret: (question: string) => Promise<Secret>,
): Promise<SshHosts> {
  const { user, port, identity, timeout, silence, 'host-key': hostKey } = values;
  const lab = values.lab ? await (await import('./lab.ts')).labOf(inventory) : undefined;
  const config = lab?.sshConfig ?? values['ssh-config'];
  const options = {
    ...(config === undefined ? {} : { config }),
    ...(user === undefined ? {} : { user }),
    ...(identity === undefined ? {} : { identity }),
    ...(port === undefined ? {} : { port }),
    ...(hostKey === undefined ? {} : { hostKey }),
    // Emulated hosts are slow.
    connectTimeout: (timeout ?? (lab === undefined ? 10 : 30)) * 1000,
    ...(timeout === undefined ? { usualTimeout: lab === undefined } : { turnedAway: timeout * 1000 }),
    silence: silence * 1000,
    reading: values['read-timeout'] * 1000,
    transport: values.transport,
    ...(values.verbose ? { say: (text: string) => io.tell(`${text}\n`) } : {}),
  };
  const askPassword: AskPassword = ({ host, user: of }) =>
    askSecret(`${host} asks for the sudo password of ${of}: `);
  const routes = await sshRoutes(options);
  return new SshHosts(lab === undefined ? routes : lab.routes(routes), options, askPassword);
}

/** Gets the password of sudo, from the environment or from the user. Throws UserError if the variable is empty. */
export function sudoAsker(io: Pick<Io, 'askSecret'>): (question: string) => Promise<Secret> {
  const given = environment('LVSFORM_SUDO_PASSWORD');
  return (question) => (given === undefined ? io.askSecret(question) : Promise.resolve(new Secret(given)));
}

/** The holder that this run writes into the locks on the hosts. */
export function holder(why: string): Holder {
  return { who: `${userInfo().username}@${hostname()}`, since: new Date().toISOString(), why };
}
