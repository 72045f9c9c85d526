import type { Target } from '../../port.ts';
import { HostFailure } from '../../port.ts';
import { UserError } from '../../user-error.ts';
import type { Route, Routes, SshOptions } from '../route.ts';
import type { Answer, Settings } from './answer.ts';
import type { Question } from './applicable.ts';
import { Asked, isInstalled } from './asked.ts';
import { told } from './merged.ts';
import { hopsOf } from './jump.ts';
import { routeFrom } from './route-from.ts';
import { Read } from './read.ts';
import { readSshConfig } from './ssh-config.ts';
import { sshCommand } from './ssh-command.ts';

/**
 * How hosts are reached: reads ssh_config once, and asks OpenSSH, if installed, what it means. Throws UserError.
 */
export async function sshRoutes(options: SshOptions, installed = isInstalled()): Promise<Routes> {
  const sections = await readSshConfig(options.config);
  const settings = installed ? new Asked(options.config, sections) : new Read(sections);
  const known = new Map<string, Route>();
  const routeOf = (target: Target): Route => {
    const { name, hinted, ssh } = target;
    const key = JSON.stringify([name, hinted, ssh.host, ssh.user, ssh.port, ssh.identity]);
    const made = known.get(key) ?? route(settings, target, options);
    known.set(key, made);
    return made;
  };
  const learn = async (targets: readonly Target[]): Promise<void> => {
    const usable = targets.filter(({ name, ssh }) => isHostName(name) && isHostName(ssh.host));
    const byName = usable.map((target) => question(target.name, target, options));
    await settings.learn(byName);
    const others = usable.filter((_, index) => !settings.knows(byName[index]!));
    await settings.learn(others.map((target) => question(target.ssh.host, target, options)));
  };
  return Object.assign(routeOf, { learn });
}

/** Both names of a host: the inventory's, and the one by which it is reached. */
function namesOf({ name, ssh }: Target): string[] {
  return [...new Set([name, ssh.host])];
}

function question(name: string, { ssh }: Target, options: SshOptions): Question {
  const user = options.user ?? ssh.user;
  const port = options.port ?? ssh.port;
  return { name, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

/** True for a text that OpenSSH reads as a name, and not as an option, a login or a URL. */
function isHostName(text: string): boolean {
  return /^[^-'`"$\\;&<>|(){}@/\s\p{Cc}][^'`"$\\;&<>|(){}@/\s\p{Cc}]*$/u.test(text);
}

/**
 * The command line overrides the inventory, which overrides ssh_config, which overrides the defaults. ssh_config may have
 * entries for the host's name and for its address. A host that only a roster names cannot choose one of our keys, and an
 * unknown host key of it is never accepted.
 */
function route(
  settings: Settings,
  target: Target,
  options: SshOptions,
  before: readonly string[] = [],
  hops?: readonly string[],
): Route {
  const { name, ssh, hinted } = target;
  for (const each of namesOf(target)) {
    if (!isHostName(each))
      throw new HostFailure(`${JSON.stringify(each)} is no name of a host, and no address`);
  }
  const destination = settings.knows(question(name, target, options)) ? name : ssh.host;
  const asked = question(destination, target, options);
  const alone = settings.of(asked);
  const more = destination === name ? new Map() : told(question(name, target, options), asked, settings);
  const answer: Answer = new Map([...alone, ...more]);
  const identity = options.identity ?? (hinted === true ? undefined : ssh.identity);
  const jumps = hops ?? hopsOf(answer);
  const found = routeFrom(answer, name, { ...options, identity }, settings);
  const jump = jumps.length === 0 ? undefined : jumpRoute(settings, jumps, options, [...before, destination]);
  const beyond = [...(found.beyond ?? []), ...(jump?.beyond ?? [])];
  const whole: Route = {
    ...found,
    jump,
    ...(beyond.length === 0 ? {} : { beyond }),
    ...(hinted === true ? { hinted, hostKey: 'strict' } : {}),
  };
  return {
    ...whole,
    command: sshCommand(
      destination,
      { alone: settings.alone(destination), more, identity },
      whole,
      options.config,
    ),
  };
}

/** The route to the last of the hops, through the others. ssh_config says how it is reached, like any host. */
function jumpRoute(
  settings: Settings,
  hops: readonly string[],
  options: SshOptions,
  before: readonly string[],
): Route {
  const last = hops.at(-1)!;
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(last) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new UserError(`ssh_config: ProxyJump ${last} is no host`);
  if (before.includes(host)) {
    throw new UserError(`ssh_config: ProxyJump leads in a circle: ${[...before, host].join(', ')}`);
  }
  const ssh = {
    host,
    sudo: false,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  const { user: _user, port: _port, identity: _identity, ...rest } = options;
  const earlier = hops.slice(0, -1);
  return route(settings, { name: host, ssh }, rest, before, earlier.length > 0 ? earlier : undefined);
}
