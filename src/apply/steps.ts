import type { Ready } from '../plan/plan.ts';
import { kindNamed } from '../resources/index.ts';
import { type Action, commonLimit, fileLimit, type Stage, isTaking } from '../resources/kind.ts';
import { line } from '../shell/quote.ts';

/** One thing that a transaction does, in its order; messages show its `title`. */
export interface Step {
  readonly title: string;
  readonly actions: readonly Action[];
  /** Seconds after which the host ends it, as if it had failed. */
  readonly limit: number;
}

const fileVerbs = { write: 'write', restore: 'restore', remove: 'remove' } as const;

/** The steps of a transaction: prepare, take, retire, each in the kinds' order; neighbouring files are one step. */
export function stepsOf(ready: Ready, stages: readonly Stage[]): Step[] {
  const actions = stages
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap((stage) =>
      ready.changes
        .flatMap(({ id, actions: own }) => own.map((action) => ({ action, limit: limitOf(id, action) })))
        .filter(({ action }) => action.stage === stage)
        .toSorted((a, b) => a.action.order - b.action.order),
    );
  const steps: { title: string; actions: Action[]; limit: number }[] = [];
  for (const { action, limit } of actions) {
    const previous = steps.at(-1);
    if (action.do === 'run') {
      const again = previous?.actions[0];
      const same =
        again?.do === 'run' &&
        again.title === action.title &&
        line(again.commands[0]!) === line(action.commands[0]!);
      if (!same) steps.push({ title: action.title, actions: [action], limit });
    } else if (
      previous !== undefined &&
      previous.actions[0]!.do !== 'run' &&
      previous.actions[0]!.stage === action.stage
    ) {
      previous.actions.push(action);
      previous.title = `change ${previous.actions.length} files`;
    } else steps.push({ title: `${fileVerbs[action.do]} ${action.path}`, actions: [action], limit });
  }
  return steps;
}

function rankOf(stage: Stage): number {
  return stage === 'prepare' ? 0 : isTaking(stage) ? 1 : 2;
}

/** The limit of the action itself, or of the kind whose resource it changes. */
function limitOf(id: string, action: Action): number {
  if (action.do !== 'run') return fileLimit;
  return action.limit ?? kindNamed(id.split(':')[0]!)?.limit ?? commonLimit;
}

/** True if a step may cut off our own connection to the host. */
export function isRisky(steps: readonly Step[]): boolean {
  return steps.some(({ actions }) => actions.some((action) => action.do === 'run' && action.risky === true));
}
