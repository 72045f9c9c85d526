import { makePlan } from '../plan/make.ts';
import type { Surroundings } from '../plan/see.ts';
import { type Plan } from '../plan/plan.ts';
import { UnusableSelection } from '../plan/select.ts';
import { TemplateError } from '../render/templates.ts';
import type { Event } from '../report/events.ts';
import { UserError } from '../report/user-error.ts';
import type { SshHosts } from '../ssh/hosts.ts';
import { systemClock } from './hosts.ts';
import type { Loaded } from './inventory.ts';
import type { Io } from './io.ts';
import type { Args } from './options.ts';

/** Reads the hosts and makes a plan, with a line of progress. */
export async function planNow(
  { inventory, path, render }: Loaded,
  args: Args,
  io: Io,
  hosts: SshHosts,
  options: { readonly destroy: boolean; readonly keep: boolean },
): Promise<Plan> {
  let seen = 0;
  let all = 0;
  const emit = (event: Event): void => {
    if (event.type === 'observing') all += event.hosts;
    if (event.type === 'observed') io.progress(`reading hosts: ${(seen += 1)} of ${all}`);
  };
  try {
    return await makePlan(
      {
        inventory,
        path,
        render,
        selection: { limit: args.list('limit'), exclude: args.list('exclude') },
        ...options,
        forget: args.list('forget'),
        parallelism: args.number('parallelism', 50),
      },
      { hosts, clock: systemClock, emit } satisfies Surroundings,
    );
  } catch (error) {
    if (error instanceof TemplateError || error instanceof UnusableSelection) {
      throw new UserError(error.message, { cause: error });
    }
    throw error;
  } finally {
    io.progress('');
  }
}

/** 3 where a host cannot be reached, 1 where one cannot be changed, else 0. */
export function planStatus(plan: Plan): number {
  if (plan.hosts.some(({ state }) => state.is === 'blocked')) return 1;
  return plan.hosts.some(({ state }) => state.is === 'unreachable') ? 3 : 0;
}
