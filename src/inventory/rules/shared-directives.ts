import type { Lines } from '../../engines/facts-shape.ts';
import type { Cluster, Path } from '../../model/cluster.ts';
import { type RawList, rawFacts, rawLists } from './raw-lists.ts';
import type { Wish } from './shared.ts';

type Reader = (list: RawList) => { setting: string; at: Path; value: string }[];

/**
 * The settings of a daemon that a cluster's own lines (directives) make for the whole of it. One that is written several times
 * has all its values, in their order.
 */
export function directiveWishes(cluster: Cluster): Wish[] {
  return rawLists(cluster)
    .filter(({ place }) => place === 'global' || place === 'blocks')
    .flatMap((list) => {
      const language = rawFacts({ ...cluster, by: list.by })?.lines;
      return language === undefined ? [] : together(readers[language](list));
    });
}

function together(found: ReturnType<Reader>): Wish[] {
  const settings = new Map<string, { setting: string; at: Path; value: string[] }>();
  for (const { setting, at, value } of found) {
    const before = settings.get(setting);
    if (before === undefined) settings.set(setting, { setting, at, value: [value] });
    else before.value.push(value);
  }
  return [...settings.values()];
}

/** `name = value`. */
const assignments: Reader = ({ engine, lines, at }) =>
  lines.flatMap((line, index) => {
    const [, name, value = ''] = /^\s*(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ setting: `${name} of ${engine}`, at: [...at, index], value }];
  });

/** Words in blocks. A line that may occur more than once, or has no value, is no setting. */
const blocks: Reader = ({ engine, lines, at }) => {
  const open: string[] = [];
  return lines.flatMap((line, index) => {
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
