import { beforeText } from '../../src/resources/boot.ts';
import { type AnyKind, idOf, type Resource } from '../../src/resources/index.ts';
import { type Action, type Change, type Detail, isTaking } from '../../src/resources/kind.ts';
import { orders } from '../../src/resources/orders.ts';
import { type Command, line } from '../../src/shell/quote.ts';

/** A change as cases write it: commands as shell lines, nothing that is empty. */
export function viewOf({ verb, title, details, actions, interrupts, serving, loses }: Change): unknown {
  return plain({
    verb,
    title,
    details: filled(details.map(viewOfDetail)),
    actions: actions.map(viewOfAction),
    interrupts: filled(interrupts),
    serving,
    loses,
  });
}

function viewOfDetail(detail: Detail): unknown {
  return 'text' in detail ? `${{ add: '+', change: '~', remove: '-' }[detail.verb]} ${detail.text}` : detail;
}

function viewOfAction(action: Action): unknown {
  const at = placeOf(action);
  switch (action.do) {
    case 'run': {
      const { title, verb, commands, undo, afterUndo, risky, needs, waits, limit } = action;
      const shell = { run: lines(commands), undo: lines(undo), afterUndo: lines(afterUndo) };
      return { title, at, verb, ...shell, risky, needs: filled(needs), waits, limit };
    }
    case 'write': {
      const { path, content, mode, owner, group, check, keepOriginal } = action;
      const kept = keepOriginal ? { keepOriginal } : {};
      return {
        write: path,
        at,
        content,
        mode,
        owner: `${owner}:${group}`,
        check: check && line(check),
        ...kept,
      };
    }
    case 'restore':
      return { restore: action.path, at };
    case 'remove':
      return { remove: action.path, at };
  }
}

/** `prepare address`. */
function placeOf({ stage, order }: Action): string {
  const found = Object.entries(orders[isTaking(stage) ? 'prepare' : stage]).find(
    ([, place]) => place === order,
  );
  return `${stage} ${found?.[0] ?? order}`;
}

function lines(commands: readonly Command[]): string | undefined {
  return commands.length === 0 ? undefined : commands.map((command) => `${line(command)}\n`).join('');
}

/** How a resource comes back at boot; and, where `observed` was there before lvsform, what comes back when a script stops. */
export function viewOfBoot(kind: AnyKind, resource: Resource, observed: unknown): unknown {
  const boot = kind.boot?.(resource);
  if (boot === undefined) return undefined;
  const { of, isUp, up, down, replaces } = boot;
  const id = idOf(resource);
  const before = beforeText({ [id]: { resource, before: observed } });
  const text = before === '' ? undefined : before.slice(id.length + 1, -1);
  return { of, isUp: line(isUp), up: lines(up), down: lines(down), replaces, before: text };
}

function filled<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** As JSON has it: keys without a value are left out. */
export function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
