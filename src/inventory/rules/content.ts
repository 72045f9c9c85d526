import type { Content } from '../../model/content.ts';
import type { Mistake } from '../problem.ts';
import type { Rule } from './rule.ts';

/** Directories of the system. */
const taken =
  /^\/(bin|boot|dev|etc|lib\w*|proc|root|run|sbin|sys|tmp|usr|var)(\/(lib|log|cache|run|spool|tmp))?$/;

/** A content's settings as one text, without its place in the inventory. */
function wishOf(content: Content): string {
  return JSON.stringify({ ...content, at: [] });
}

/** Rules about what real servers serve. */
export const contentRules: readonly Rule[] = [
  {
    id: 'LVS095',
    severity: 'error',
    title: 'the directory for content is already in use',
    why: 'A mount hides the files that were there before, and two contents in one directory hide one another. System directories are not for content.',
    check: ({ clusters }) => {
      const places = new Map<string, Content>();
      return clusters.flatMap(({ content, realServers }) =>
        content.flatMap((each): Mistake[] => {
          const { at, path } = each;
          const mistake = (message: string): Mistake => ({
            path: [...at, 'at'],
            message,
            hint: 'use a separate directory: /srv/NAME',
          });
          if (taken.test(path)) return [mistake(`${path} is a system directory`)];
          const other = realServers
            .map(({ name }) => ({ name, has: places.get(`${name} ${path}`) }))
            .find(({ has }) => has !== undefined && wishOf(has) !== wishOf(each));
          for (const { name } of realServers) places.set(`${name} ${path}`, each);
          if (other === undefined) return [];
          return [
            {
              ...mistake(
                `${path} on ${other.name} has other content, or the same content with other settings`,
              ),
              also: [...other.has!.at, 'at'],
            },
          ];
        }),
      );
    },
  },
];
