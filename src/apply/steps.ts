import type { Ready } from '../plan/plan.ts';
import type { Action, Stage } from '../resources/kind.ts';
import { line } from '../shell/quote.ts';

/** One thing that a transaction does, in its order; `title` is what people are told. */
export interface Step {
  readonly title: string;
  readonly actions: readonly Action[];
}

const fileVerbs = { write: 'write', restore: 'restore', remove: 'remove' } as const;

/** The steps of a transaction: prepare before retire, each in the kinds' order; neighbouring files are one step. */
export function stepsOf(ready: Ready, stages: readonly Stage[]): Step[] {
  const actions = (['prepare', 'retire'] as const)
    .filter((stage) => stages.includes(stage))
    .flatMap((stage) =>
      ready.changes
        .flatMap((change) => change.actions)
        .filter((action) => action.stage === stage)
        .toSorted((a, b) => a.order - b.order),
    );
  const steps: { title: string; actions: Action[] }[] = [];
  for (const action of actions) {
    const previous = steps.at(-1);
    if (action.do === 'run') {
      const again = previous?.actions[0];
      const same =
        again?.do === 'run' &&
        again.title === action.title &&
        line(again.commands[0]!) === line(action.commands[0]!);
      if (!same) steps.push({ title: action.title, actions: [action] });
    } else if (
      previous !== undefined &&
      previous.actions[0]!.do !== 'run' &&
      previous.actions[0]!.stage === action.stage
    ) {
      previous.actions.push(action);
      previous.title = `change ${previous.actions.length} files`;
    } else steps.push({ title: `${fileVerbs[action.do]} ${action.path}`, actions: [action] });
  }
  return steps;
}

/** True where a step may cut off our own way to the host. */
export function isRisky(steps: readonly Step[]): boolean {
  return steps.some(({ actions }) => actions.some((action) => action.do === 'run' && action.risky === true));
}
