import { eventVersion, type Event } from '../plan/events.ts';
import type { Plan } from '../plan/plan.ts';

/** One event of the apply of a plan as a value of the JSON lines. */
export function eventJson(event: Event, plan: string): object {
  return { version: eventVersion, plan, ...event };
}

/** A plan as JSON for programs: what changes and why, without documents and commands. */
export function planJson(plan: Plan): object {
  return {
    version: plan.version,
    id: plan.id,
    createdAt: plan.createdAt,
    inventory: plan.inventory,
    limit: plan.limit,
    exclude: plan.exclude,
    ...(plan.shard === undefined ? {} : { shard: plan.shard }),
    destroy: plan.destroy,
    dangers: plan.dangers,
    ...(plan.maxFailures === undefined ? {} : { maxFailures: plan.maxFailures }),
    hosts: plan.hosts.map(({ host, departed, state }) => ({
      host,
      departed,
      ...(state.is === 'ready'
        ? {
            state: 'ready',
            family: state.family,
            fingerprint: state.fingerprint,
            changes: state.changes.map(({ id, verb, title, details, interrupts }) => ({
              id,
              verb,
              title,
              details,
              interrupts,
            })),
            roster: state.roster,
            notes: state.notes,
            held: state.held,
          }
        : state.is === 'blocked'
          ? { state: 'blocked', reasons: state.reasons }
          : { state: state.why, reasons: [state.reason] }),
    })),
    transactions: plan.transactions,
  };
}
