import { bracesIn } from '../../engines/raw-lines.ts';
import { healthDaemons, healthFactsOf } from '../../model/health.ts';
import type { Mistake } from '../problem.ts';
import { eachCluster, eachWatched } from './each.ts';
import { type RawList, rawFacts, rawLists } from './raw-lists.ts';
import type { Rule } from './rule.ts';

/** Rules about lines in the engines' own languages. */
export const rawLineRules: readonly Rule[] = [
  {
    id: 'LVS107',
    severity: 'error',
    title: 'the health engine takes no such lines',
    why: 'Each engine has its own places for lines of its own language; elsewhere they would be without effect. A real server of ldirectord is a single line, the monitor has no configuration, and a check none has no block.',
    check: (inventory) =>
      eachCluster(inventory, (cluster) =>
        rawLists(cluster)
          .filter(({ by }) => by === 'health')
          .flatMap(({ engine, place, at }): Mistake[] => {
            if (place === 'instance') return [];
            const empty = place === 'check' && cluster.services.every(({ check }) => check.kind === 'none');
            if (rawFacts({ ...cluster, by: 'health' })?.raw?.includes(place) === true && !empty) return [];
            const able = healthDaemons.filter((each) => healthFactsOf(each).raw?.includes(place));
            return [
              {
                path: at,
                message: empty
                  ? 'a check none takes no lines'
                  : engine === 'none'
                    ? `without a health engine nothing reads these lines`
                    : `${engine} takes no lines for ${places[place]}`,
                hint: empty
                  ? 'write them as directives of the service'
                  : `use engine: ${able.join(' or ')}, or remove them`,
              },
            ];
          }),
      ),
  },
  {
    id: 'LVS108',
    severity: 'error',
    title: 'lines that leave their block',
    why: 'Lines of a service, a real server, a check or an instance are written inside its block, global ones inside global_defs (keepalived) or totem (corosync). A closing brace too many would end that block, one too few would swallow what follows, and a block of the top means nothing inside another one (keepalived.conf(5), corosync.conf(5)).',
    check: (inventory) =>
      eachCluster(inventory, (cluster) =>
        rawLists(cluster).flatMap((list): Mistake[] => {
          const blocks = rawFacts({ ...cluster, by: list.by })?.blocks;
          return blocks === undefined ? [] : [...unbalanced(list), ...misplaced(list, blocks)];
        }),
      ),
  },
  {
    id: 'LVS116',
    severity: 'error',
    title: 'a check names a block that is not there',
    why: 'A file check reads a track_file, and a bfd check a bfd_instance, which are blocks of their own (keepalived.conf(5)). Without the block keepalived refuses its configuration, and would not check the real servers.',
    check: (inventory) =>
      eachWatched(inventory, (engine, { check: { kind, run, at } }) => {
        const pattern = healthFactsOf(engine).defined?.[kind];
        // Of a check without a name LVS076 speaks.
        if (pattern === undefined || run === undefined) return undefined;
        // The daemon reads the blocks of all clusters, and an included file may have any.
        const lines = inventory.clusters
          .flatMap(rawLists)
          .flatMap((list) => (list.engine === engine && list.place === 'blocks' ? list.lines : []));
        const there = lines.some(
          (line) => pattern.exec(line)?.groups?.['name'] === run || /^\s*include\s/.test(line),
        );
        return there
          ? undefined
          : {
              path: at,
              message: `${engine} has no block for the ${kind} check ${run}`,
              hint: 'add the block to health.directives.blocks',
            };
      }),
  },
];

const places = {
  global: 'its whole configuration',
  blocks: 'blocks',
  service: 'a service',
  server: 'a real server',
  check: 'a check',
} as const;

function unbalanced({ lines, at }: RawList): Mistake[] {
  let depth = 0;
  for (const [index, line] of lines.entries()) {
    depth += bracesIn(line);
    if (depth < 0)
      return [{ path: [...at, index], message: 'this } closes no block of these lines', hint: 'remove it' }];
  }
  return depth === 0
    ? []
    : [{ path: at, message: 'a block of these lines is not closed', hint: 'add a line with }' }];
}

function misplaced({ place, lines, at }: RawList, blocks: RegExp): Mistake[] {
  if (place === 'blocks') return [];
  let depth = 0;
  return lines.flatMap((line, index): Mistake[] => {
    const outside = depth === 0;
    depth += bracesIn(line);
    // keepalived reads a line that begins with @ID on that host only (keepalived.conf(5)).
    const text = line.trim().replace(/^@\S+\s+/, '');
    const word = outside ? blocks.exec(text)?.[0] : undefined;
    if (word === undefined) return [];
    return [
      {
        path: [...at, index],
        message: `${word} is a block of the top, and these lines are inside another block`,
        hint: 'write it in directives.blocks; global lines are written without a block around them',
      },
    ];
  });
}
