import type { Ready } from '../plan/plan.ts';
import { kindNamed } from '../resources/index.ts';
import {
  type Action,
  commonLimit,
  fileLimit,
  isTaking,
  type RunAction,
  type Stage,
} from '../resources/kind.ts';
import { type Command, line } from '../shell/quote.ts';

/** One thing that a transaction does, in its order; messages show its `title`. */
export interface Step {
  readonly title: string;
  readonly actions: readonly Action[];
  /** Seconds after which the host ends it, as if it had failed. */
  readonly limit: number;
}

const fileVerbs = { write: 'write', restore: 'restore', remove: 'remove' } as const;

/**
 * The steps of a transaction: prepare, take, retire, each in the kinds' order. Neighbouring files are one step, and so
 * are neighbouring actions that join.
 */
export function stepsOf(ready: Pick<Ready, 'changes'>, stages: readonly Stage[]): Step[] {
  const actions = stages
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap((stage) =>
      ready.changes
        .flatMap(({ id, actions: own }) => own.map((action) => ({ action, limit: limitOf(id, action) })))
        .filter(({ action }) => action.stage === stage)
        .toSorted((a, b) => a.action.order - b.action.order),
    );
  const steps: GrowingStep[] = [];
  for (const { action, limit } of actions) {
    const previous = steps.at(-1);
    if (previous !== undefined && isSame(previous.actions[0]!, action)) continue;
    if (previous !== undefined && belongs(previous.actions[0]!, action)) {
      previous.actions.push(action);
      previous.limit = Math.max(previous.limit, limit);
    } else steps.push({ actions: [action], limit });
  }
  return steps.map(stepOf);
}

/** A step while its actions are being collected: files of one stage, actions that join, or one action. */
interface GrowingStep {
  readonly actions: Action[];
  limit: number;
}

/** Several resources may ask for one thing, such as a daemon's reload. */
function isSame(first: Action, action: Action): boolean {
  return (
    first.do === 'run' &&
    action.do === 'run' &&
    first.title === action.title &&
    line(first.commands[0]!) === line(action.commands[0]!)
  );
}

function belongs(first: Action, action: Action): boolean {
  if (first.stage !== action.stage) return false;
  if (first.do !== 'run' || action.do !== 'run') return first.do !== 'run' && action.do !== 'run';
  const { joins } = first;
  if (joins === undefined || action.joins !== joins || action.order !== first.order) return false;
  const start = (command: Command | undefined): string | undefined => command?.slice(0, joins).join(' ');
  const [undo, other] = [start(first.undo[0]), start(action.undo[0])];
  return start(first.commands[0]) === start(action.commands[0]) && (undo === other || other === undefined);
}

function stepOf({ actions, limit }: GrowingStep): Step {
  const [first] = actions;
  if (first === undefined) throw new Error('a step has actions');
  if (first.do === 'run') {
    const runs = actions as RunAction[];
    const title = runs.length === 1 ? first.title : `${first.title}, and ${runs.length - 1} more`;
    return { title, actions: [joined(runs)], limit };
  }
  const title =
    actions.length === 1 ? `${fileVerbs[first.do]} ${first.path}` : `change ${actions.length} files`;
  return { title, actions, limit };
}

/** One action for several that join. */
function joined(actions: readonly RunAction[]): RunAction {
  const [first] = actions;
  if (first?.joins === undefined || actions.length === 1) return first!;
  const all = (commands: readonly (readonly Command[])[]): Command[] => {
    const start = commands.flat()[0]?.slice(0, first.joins);
    if (start === undefined) return [];
    return [[...start, ...commands.flatMap(([command]) => command?.slice(first.joins) ?? [])]];
  };
  return {
    ...first,
    needs: [...new Set(actions.flatMap(({ needs }) => needs))],
    commands: all(actions.map(({ commands }) => commands)),
    undo: all(actions.toReversed().map(({ undo }) => undo)),
  };
}

function rankOf(stage: Stage): number {
  return stage === 'prepare' ? 0 : isTaking(stage) ? 1 : 2;
}

/** The limit of the action itself, or of the kind whose resource it changes. */
function limitOf(id: string, action: Action): number {
  if (action.do !== 'run') return fileLimit;
  const limit = action.limit ?? kindNamed(id.split(':')[0]!)?.limit ?? commonLimit;
  return limit + (action.waits ?? 0);
}

/** True if a step may cut off our own connection to the host. */
export function isRisky(steps: readonly Step[]): boolean {
  return steps.some(({ actions }) => actions.some((action) => action.do === 'run' && action.risky === true));
}
