import type { Cluster, Path } from '../../model/cluster.ts';
import type { Wish } from './shared.ts';

/** What a cluster sets for the whole of a health engine, or of keepalived, by lines of the engine’s own. */
export function directiveWishes({ health, failover }: Cluster): Wish[] {
  const own = [...health.at, 'directives', 'global'];
  if (health.engine === 'ldirectord') return assignments(health.directives.global, own);
  return [
    ...(health.engine === 'keepalived' ? blocks(health.directives.global, own) : []),
    ...(failover?.engine === 'keepalived'
      ? blocks(failover.directives.global, [...failover.at, 'directives', 'global'])
      : []),
  ];
}

/** ldirectord.cf: `name = value`. */
function assignments(lines: readonly string[], at: Path): Wish[] {
  return lines.flatMap((line, index) => {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ setting: `${name} of ldirectord`, at: [...at, index], value }];
  });
}

/** keepalived.conf: words in blocks. What may be there more than once, or has no value, is no setting. */
function blocks(lines: readonly string[], at: Path): Wish[] {
  const open: string[] = [];
  return lines.flatMap((line, index): Wish[] => {
    const text = line.trim();
    if (text.endsWith('{')) open.push(text.slice(0, -1).trim());
    else if (text === '}') open.pop();
    else {
      const [word = '', ...value] = text.split(/\s+/);
      if (value.length > 0 && word !== 'include') {
        const setting = `${[...open, word].join(' ')} of keepalived`;
        return [{ setting, at: [...at, index], value: value.join(' ') }];
      }
    }
    return [];
  });
}
