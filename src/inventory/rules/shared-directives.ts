import type { Lines } from '../../engines/facts-shape.ts';
import type { Cluster, Path } from '../../model/cluster.ts';
import { type Failover, failoverFactsOf } from '../../model/failover.ts';
import { type Health, healthFactsOf } from '../../model/health.ts';
import type { Wish } from './shared.ts';

type Reader = (engine: string, lines: readonly string[], at: Path) => Wish[];

/** The global settings of an engine that a cluster's own lines (directives) make. */
export function directiveWishes({ health, failover }: Cluster): Wish[] {
  const watches = health.engine === 'none' ? undefined : healthFactsOf(health.engine).lines;
  const moves = failover && failoverFactsOf(failover.engine).lines;
  return [
    ...(watches === undefined ? [] : readers[watches](health.engine, ...globalOf(health))),
    ...(moves === undefined ? [] : readers[moves](failover!.engine, ...globalOf(failover!))),
  ];
}

function globalOf({ at, directives }: Health | Failover): [readonly string[], Path] {
  return [directives.global, [...at, 'directives', 'global']];
}

/** `name = value`. */
const assignments: Reader = (engine, lines, at) =>
  lines.flatMap((line, index) => {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ setting: `${name} of ${engine}`, at: [...at, index], value }];
  });

/** Words in blocks. A line that may occur more than once, or has no value, is no setting. */
const blocks: Reader = (engine, lines, at) => {
  const open: string[] = [];
  return lines.flatMap((line, index): Wish[] => {
    const text = line.trim();
    if (text.endsWith('{')) open.push(text.slice(0, -1).trim());
    else if (text === '}') open.pop();
    else {
      const [word = '', ...value] = text.split(/\s+/);
      if (value.length > 0 && word !== 'include') {
        const setting = `${[...open, word].join(' ')} of ${engine}`;
        return [{ setting, at: [...at, index], value: value.join(' ') }];
      }
    }
    return [];
  });
};

const readers: Readonly<Record<Lines, Reader>> = { assignments, blocks };
