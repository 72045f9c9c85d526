import type { ManagedResource } from './managed.ts';
import { type Command, line } from '../shell/quote.ts';
import { idOf, kindOf, type Resource } from './index.ts';
import type { Boot } from './kind.ts';
import { orders } from './orders.ts';

/** Something that a script brings up at boot: a resource, or a part that a component defines itself. */
export interface BootPart extends Boot {
  /** Its id in `before` on the host; undefined for a part without a resource. */
  readonly id?: string;
}

/** A script's lines; a line fails if it could not do its work. */
export interface BootLines {
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly isUp: readonly string[];
}

/** The parts that bring these resources back after a reboot. Resources that come back by themselves are left out. */
export function bootParts(resources: readonly Resource[]): BootPart[] {
  return resources.flatMap((resource) => {
    const boot = kindOf(resource).boot?.(resource);
    return boot === undefined ? [] : [{ ...boot, id: idOf(resource) }];
  });
}

/** The lines of a script: parts are brought up in the order of a transaction, and taken down in the opposite order. */
export function bootLines(parts: readonly BootPart[]): BootLines {
  const sorted = parts.toSorted((one, other) => orders.prepare[one.of] - orders.prepare[other.of]);
  return {
    up: sorted.map(({ up, isUp, repeatable }) =>
      repeatable === true ? grouped(up) : `${line(isUp)} || ${grouped(up)}`,
    ),
    down: sorted.toReversed().flatMap(downLines),
    isUp: sorted.map(({ isUp }) => line(isUp)),
  };
}

function downLines({ id, down, replaces }: BootPart): string[] {
  if (id === undefined) return down.length === 0 ? [] : [grouped(down)];
  if (replaces === true) return [line(['set_back', id, ...down.flat()])];
  return down.length === 0 ? [] : [`${line(['restored', id])} || ${grouped(down)}`];
}

/**
 * What was on a host before lvsform, for the scripts' `stop` (src/host/boot.sh): a line `ID<tab>COMMANDS` for each resource of
 * the manifest of which something was there.
 */
export function beforeText(resources: Readonly<Record<string, ManagedResource>>): string {
  return Object.entries(resources)
    .flatMap(([id, { resource, before }]) => {
      const kind = kindOf(resource);
      if (resource.kind === 'virtual-service') {
        const back = kind.restore(resource, before) as typeof resource;
        return back.want === 'absent' ? [] : [`${id}\t:\n`];
      }
      const boot = kind.boot?.(resource);
      if (boot === undefined) return [];
      const back = kind.restore(resource, before);
      if (back === undefined) return [`${id}\t:\n`];
      const again = kind.boot?.(back);
      if (again === undefined) return [];
      const commands = [...(boot.replaces === true ? [] : boot.down), ...again.up];
      return [`${id}\t${commands.map(line).join(' && ')}\n`];
    })
    .join('');
}

/** Joins commands to one; several are put in braces. */
function grouped(commands: readonly Command[]): string {
  const [first, ...more] = commands;
  return more.length === 0 && first !== undefined ? line(first) : `{ ${commands.map(line).join(' && ')}; }`;
}
