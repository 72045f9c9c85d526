import { setTimeout as wait } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { Client } from 'ssh2';
import type { Secret } from '../model/secret.ts';
import { HostFailure, type Hosts, type Target } from '../port.ts';
import { connect, TurnedAway } from './connect.ts';
import type { Route, SshOptions } from './settings.ts';
import { PasswordNeeded, runScript } from './shell.ts';

/** Handshakes at once: apart from the work, since one sshd (or one jump host) turns away many at once. */
const handshakes = 24;
/** Milliseconds before each further try after sshd turned us away. */
const pauses = [150, 400, 1000, 2500, 5000];

export interface SshHosts extends Hosts {
  readonly close: () => void;
}

/** Hosts over SSH: one connection each, kept until it is released. */
export function sshHosts(
  routeOf: (target: Target) => Route,
  options: SshOptions,
  askPassword: () => Promise<Secret>,
): SshHosts {
  const shaking = pLimit(handshakes);
  const clients = new Map<string, Promise<Client>>();
  const jumps = new Map<string, Promise<Client>>();
  let password: Promise<Secret> | undefined;

  const shakeHands = async (route: Route, through?: () => Promise<Duplex>): Promise<Client> => {
    for (const pause of [...pauses, undefined]) {
      try {
        return await shaking(async () => connect(route, options, await through?.()));
      } catch (error) {
        if (!(error instanceof TurnedAway)) throw error;
        if (pause === undefined) {
          throw new HostFailure(`sshd turns us away (${error.message}); its MaxStartups may be too low`, {
            cause: error,
          });
        }
        await wait(pause * (0.5 + Math.random()));
      }
    }
    throw new TypeError('unreachable');
  };

  const dial = async (route: Route): Promise<Client> => {
    const { jump } = route;
    if (jump === undefined) return shakeHands(route);
    const name = `${jump.user}@${jump.host}:${jump.port}`;
    const bastion = jumps.get(name) ?? dial(jump);
    jumps.set(name, bastion);
    const client = await bastion;
    return shakeHands(route, () => forward(client, route));
  };

  const clientOf = (target: Target): Promise<Client> => {
    const present = clients.get(target.name);
    if (present !== undefined) return present;
    const made = dial(routeOf(target));
    clients.set(target.name, made);
    made.then(
      (client) => client.once('close', () => clients.delete(target.name)),
      () => clients.delete(target.name),
    );
    return made;
  };

  return {
    run: async (target, script) => {
      const client = await clientOf(target);
      const { sudo } = target.ssh;
      const how = { sudo, silence: options.silence };
      try {
        return await runScript(client, script, { ...how, password: await password });
      } catch (error) {
        if (!(error instanceof PasswordNeeded)) throw error;
        password ??= askPassword();
        return await runScript(client, script, { ...how, password: await password });
      }
    },
    release: ({ name }) => {
      void clients.get(name)?.then(
        (client) => client.end(),
        () => {},
      );
      clients.delete(name);
    },
    close: () => {
      for (const each of [...clients.values(), ...jumps.values()]) {
        void each.then(
          (client) => client.end(),
          () => {},
        );
      }
      clients.clear();
      jumps.clear();
    },
  };
}

function forward(client: Client, { host, port }: Route): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
      if (error === undefined) resolve(stream);
      else reject(new HostFailure(`the jump host cannot reach ${host}:${port}: ${error.message}`));
    });
  });
}
