import pLimit from 'p-limit';
import { givenBack, type HostLock, readLock, releaseLock } from '../../apply/lock.ts';
import type { Inventory } from '../../model/cluster.ts';
import { didYouMean } from '../../text/suggest.ts';
import { UnusableAnswer } from '../../shell/unusable.ts';
import { selectHosts } from '../../plan/select.ts';
import { targetOf } from '../../plan/target.ts';
import { type FailureReason, failureWords, HostFailure, type Target } from '../../port.ts';
import { cleanLine } from '../../text/clean.ts';
import { lockText } from '../../report/lock-text.ts';
import { exit, exitStatusOf } from '../../report/exit-statuses.ts';
import { UserError } from '../../user-error.ts';
import type { SshHosts } from '../../ssh/hosts.ts';
import type { Run, ValuesOf } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { holder, hostsFor, sudoAsker, systemClock } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import type { Io } from '../io.ts';

type Options = ValuesOf<typeof hostForms.lock>;

export const run: Run<typeof hostForms.lock> = async ({ words: [act, host], options }, io) => {
  const { inventory, path } = await loadInventory(options, io);
  const hosts = await hostsFor(options, io, path, sudoAsker(io));
  try {
    const targets = targetsOf(inventory, options, host);
    await hosts.requireKey(targets);
    return act === 'status'
      ? await status(targets, options, io, hosts)
      : await release(targets[0]!, options, io, hosts);
  } finally {
    hosts.close();
  }
};

function targetsOf(inventory: Inventory, { limit, exclude }: Options, host: string | undefined): Target[] {
  const known = inventory.hosts.filter(({ managed }) => managed);
  if (host !== undefined) {
    if (limit.length + exclude.length > 0) {
      throw new UserError(`lock status ${host} shows one host: --limit and --exclude have no effect`);
    }
    const found = known.find(({ name }) => name === host);
    if (found === undefined) throw new UserError(unknownHost(host, inventory));
    return [targetOf(found)];
  }
  const names = selectHosts(inventory, { limit, exclude });
  return known.filter(({ name }) => names.has(name)).map(targetOf);
}

/** Why a host has no lock to show: it is not managed, or it is not in the inventory. */
function unknownHost(host: string, { hosts }: Inventory): string {
  if (hosts.some(({ name }) => name === host)) return `${host} is not managed: lvsform takes no lock there`;
  const names = hosts.filter(({ managed }) => managed).map(({ name }) => name);
  return `there is no host ${host} in the inventory: ${didYouMean(host, names)}`;
}

/** A lock, or why it could not be read. */
type Read =
  | HostLock
  | { readonly state: 'unusable'; readonly reason: string }
  | { readonly state: 'unreachable'; readonly reason: string; readonly why: FailureReason };

async function status(
  targets: readonly Target[],
  options: Options,
  io: Io,
  hosts: SshHosts,
): Promise<number> {
  const limit = pLimit(options.parallelism);
  const reads = await Promise.all(targets.map((target) => limit(() => read(target, hosts))));
  const named = targets.map(({ name }, index) => ({ host: name, lock: reads[index]! }));
  if (options.json) io.json({ type: 'locks', version: 1, locks: named });
  else
    for (const { host, lock } of named) {
      io.print(
        'reason' in lock
          ? `${cleanLine(host)}: ${'why' in lock ? `${failureWords[lock.why]}: ` : ''}${cleanLine(lock.reason)}\n`
          : lockText(host, lock, io.style),
      );
    }
  return exitStatusOf(
    reads.map((each) => ('why' in each ? each.why : each.state === 'unusable' ? 'blocked' : 'ok')),
  );
}

async function read(target: Target, hosts: SshHosts): Promise<Read> {
  try {
    return await readLock(target, hosts, systemClock);
  } catch (error) {
    if (error instanceof UnusableAnswer) return { state: 'unusable', reason: error.message };
    if (!(error instanceof HostFailure)) throw error;
    return { state: 'unreachable', reason: error.message, why: error.reason };
  } finally {
    hosts.release(target);
  }
}

/** Seconds until a transaction that was asked to undo everything must have ended. */
const patience = 300;

async function release(target: Target, options: Options, io: Io, hosts: SshHosts): Promise<number> {
  const { name } = target;
  const told = (text: string, code: number): number => {
    if (options.json) io.json({ type: 'lock-release', version: 1, host: name, text });
    else io.print(`${name}: ${cleanLine(text)}\n`);
    return code;
  };
  try {
    const lock = await readLock(target, hosts, systemClock);
    if (lock.owner === undefined) return told('the lock is free', exit.done);
    io.tell(lockText(name, lock, io.style));
    const force = options.force && lock.state === 'held';
    if (lock.state === 'held' && !options.yes && !(await io.confirm(questionOf(force)))) {
      return told('the lock was not changed', exit.failed);
    }
    const wish = { owner: lock.owner, holder: holder('lock release'), force };
    const released = await releaseLock(target, wish, hosts, systemClock);
    if (released === 'another')
      return told('another transaction has the lock now; see: lvsform lock status', exit.failed);
    if (released === 'free' || released === 'released') {
      return told(
        force ? 'its processes were killed, and the lock is free: plan again' : 'the lock is free',
        exit.done,
      );
    }
    if (await givenBack(target, lock.owner, patience, hosts, systemClock))
      return told('the transaction has undone its work, and the lock is free', exit.done);
    return told(
      `the transaction is still undoing its work after ${patience} s; wait for it, or kill it with --force`,
      exit.failed,
    );
  } catch (error) {
    if (error instanceof UnusableAnswer) return told(error.message, exit.failed);
    if (!(error instanceof HostFailure)) throw error;
    return told(`${failureWords[error.reason]}: ${error.message}`, exitStatusOf([error.reason]));
  }
}

function questionOf(force: boolean): string {
  return force
    ? '\nKill its processes? Their work is left half done. Type yes to continue: '
    : '\nStop its step, and undo its work? Type yes to continue: ';
}
