import { HostFailure } from '../../port.ts';
import { exit } from '../../report/exit-statuses.ts';
import { line } from '../../shell/quote.ts';
import { sshRoutes } from '../../ssh/settings/routes.ts';
import { openStream } from '../../ssh/stream.ts';
import { UserError } from '../../user-error.ts';
import { hostsFor, sudoAsker, systemClock } from '../hosts.ts';
import type { Io } from '../io.ts';
import type { ConnectionValues, viaOption } from '../options.ts';
import type { Values } from '../option.ts';
import { here, type Site } from './site.ts';
import { There } from './there.ts';

type SiteValues = ConnectionValues & Values<typeof viaOption>;

/** Where the work of a command line is done: here, or with --via at a gateway. Throws UserError. */
export async function siteFor(values: SiteValues, io: Io, inventory: string): Promise<Site> {
  const { via, ...way } = values;
  if (via === undefined) return here(await hostsFor(values, io, inventory, sudoAsker(io)));
  const { 'ssh-config': config, timeout, transport, silence, verbose } = way;
  const limits = {
    connectTimeout: (timeout ?? 10) * 1000,
    ...(timeout === undefined ? { usualTimeout: true } : { turnedAway: timeout * 1000 }),
    silence: silence * 1000,
    transport,
    ...(verbose ? { say: (text: string) => io.tell(`${text}\n`) } : {}),
  };
  const routeOf = await sshRoutes({ ...limits, ...(config === undefined ? {} : { config }) });
  const frame = systemClock.random();
  const there = new There(via, io, frame);
  try {
    const command = line(['exec', 'lvsform', 'gateway', frame]);
    const stream = await openStream(routeOf(gatewayOf(via)), limits, command, there.listener);
    // The ssh_config of this machine says how the gateway is reached, and that of the gateway how the hosts are.
    const { 'ssh-config': _config, ...rest } = way;
    await there.begin(stream, { ...rest, 'ssh-config': undefined });
    return there;
  } catch (error) {
    there.close();
    if (!(error instanceof HostFailure)) throw error;
    const refused = error.reason === 'refused' || error.reason === 'host-key';
    throw new UserError(`the gateway ${via}: ${error.message}`, {
      cause: error,
      exitCode: refused ? exit.refused : exit.unreachable,
    });
  }
}

/** `NAME`, `USER@NAME`, each with `:PORT`. */
function gatewayOf(text: string): Parameters<Awaited<ReturnType<typeof sshRoutes>>>[0] {
  const [, user, name = text, port] = /^(?:([^@]+)@)?([^@:]+|\[[^\]]+\])(?::(\d+))?$/.exec(text) ?? [];
  const host = name.replace(/^\[(.*)\]$/, '$1');
  return {
    name: host,
    ssh: {
      host,
      sudo: false,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port: Number(port) }),
    },
  };
}
