import { hasChanges, isReady, type Plan } from '../plan/plan.ts';
import { unlessTooLarge } from '../plan/size.ts';
import { eventLine, summaryText } from '../report/apply-text.ts';
import type { Event, StopSignal } from '../plan/events.ts';
import { exitStatusOf, signalStatuses } from '../report/exit-statuses.ts';
import { eventJson } from '../report/json.ts';
import { planText } from '../report/plan-text.ts';
import { UserError } from '../user-error.ts';
import type { Secrets } from '../model/secret.ts';
import { exit } from '../report/exit-statuses.ts';
import { holder } from './hosts.ts';
import type { Io } from './io.ts';
import type { ApplyingValues } from './options.ts';
import type { Site } from './via/site.ts';

/** Shows a plan, asks for confirmation where that is wanted, applies it and reports the outcome of each host. */
export async function applyNow(
  plan: Plan,
  values: ApplyingValues,
  io: Io,
  site: Site,
  options: {
    readonly ask: boolean;
    readonly question: string;
    /** The values of the plan's secrets, from the sources that the inventory names. */
    readonly secrets: () => Promise<Secrets>;
  },
): Promise<number> {
  const { json, yes, full = false, force = false, parallelism } = values;
  unlessTooLarge(plan, () => (json ? io.tell : io.print)(planText(plan, io.style, full)));
  const work = hasChanges(plan);
  refuseDisputed(plan);
  if (work && plan.destroy) refuseSurprise(plan, values);
  if (work && plan.dangers.length > 0 && !force) {
    throw new UserError('nothing was changed: this plan has dangers (see above); pass --force to apply it');
  }
  if (work && options.ask && !yes && !(await io.confirm(options.question))) {
    io.tell('You did not type yes: nothing was changed.\n');
    return exit.failed;
  }
  const secrets = await options.secrets();
  const emit = (event: Event): void => {
    if (json) io.json(eventJson(event, plan.id));
    else io.print(eventLine(event, io.style));
  };
  const stop = stopOnSignals(io, site);
  emit({
    type: 'begin',
    inventory: plan.name,
    destroy: plan.destroy,
    ...(plan.shard === undefined ? {} : { shard: plan.shard }),
    hosts: plan.hosts.map(({ host }) => host),
  });
  const results = await site.applyPlan(plan, holder(`apply of plan ${plan.id}`), parallelism, {
    emit,
    stopped: () => stop.by() !== undefined,
    secrets,
  });
  const stoppedBy = stop.by();
  emit({ type: 'summary', results, ...(stoppedBy === undefined ? {} : { stoppedBy }) });
  if (!json && (work || results.some(({ outcome }) => outcome !== 'ok')))
    io.print(summaryText(results, io.style));
  stop.end();
  return exitStatusOf(
    results.map(({ outcome }) => outcome),
    stop.by(),
  );
}

/** While it is in dispute who owns a host, nothing is changed anywhere; the plan says what to do. */
function refuseDisputed({ hosts }: Plan): void {
  const disputed = hosts.filter(({ state }) => state.is === 'blocked' && state.disputed === true);
  if (disputed.length === 0) return;
  const names = disputed.map(({ host }) => host).join(', ');
  throw new UserError(`nothing was changed: this inventory must not change ${names}`, {
    hint: 'the plan above says why and what to do; or leave the host out with --exclude',
  });
}

/** With --yes and no -i, the inventory that lvsform found may not be the one that the user means. */
function refuseSurprise({ hosts }: Plan, { yes, force, inventory }: ApplyingValues): void {
  const busy = hosts.filter((host) => isReady(host) && host.state.active > 0).map(({ host }) => host);
  if (busy.length === 0 || !yes || force === true || inventory !== undefined) return;
  throw new UserError(
    `nothing was changed: clients are connected to ${busy.join(', ')} now, and no inventory was named`,
    {
      hint: 'name the inventory with -i, or pass --force',
    },
  );
}

/** From now on, after a first signal nothing more is started, and a second one leaves at once. */
function stopOnSignals(
  io: Io,
  site: Site,
): { readonly by: () => StopSignal | undefined; readonly end: () => void } {
  const signals = Object.keys(signalStatuses) as StopSignal[];
  let by: StopSignal | undefined;
  const stop = (signal: StopSignal): void => {
    if (by !== undefined) process.exit(signalStatuses[signal]);
    by = signal;
    site.stop();
    io.tell(
      `${signal}: nothing more is started, and running transactions finish. Once more: lvsform leaves at once, and the hosts finish alone.\n`,
    );
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    by: () => by,
    end: () => {
      for (const signal of signals) process.removeListener(signal, stop);
    },
  };
}
