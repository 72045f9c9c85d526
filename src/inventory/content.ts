import { z } from 'zod';
import type { Path } from '../model/cluster.ts';
import type { Content } from '../model/content.ts';

const source = z
  .string()
  .max(300)
  .regex(
    /^[A-Za-z0-9._:@/[\]~+][A-Za-z0-9._:@/[\]~+-]*$/,
    'expected a source without spaces: HOST:/PATH, rsync://HOST/MODULE/',
  );
const path = z
  .string()
  .max(300)
  .regex(/^(\/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+$/, 'expected an absolute path: /srv/www');

export const content = z
  .array(
    z.union([
      z.strictObject({
        mount: source.describe('source of the mount: 10.1.0.9:/srv/www'),
        at: path.describe('directory on the real servers'),
        type: z
          .string()
          .regex(/^[a-z0-9]+$/)
          .optional()
          .describe('default nfs'),
        options: z
          .string()
          .regex(/^[^\s'"\\]+$/, 'expected options separated by commas')
          .optional()
          .describe('options of mount(8); default ro'),
      }),
      z.strictObject({
        rsync: source.describe(
          'source of the copy; a path that ends with / means the content of that directory, as in rsync(1)',
        ),
        at: path.describe('directory on the real servers'),
        every: z.int().min(1).max(59).optional().describe('minutes between two copies; default 5'),
        delete: z.boolean().optional().describe('remove files that the source no longer has; default false'),
      }),
    ]),
  )
  .describe('files that all real servers serve, from one source');

export type ContentShape = z.infer<typeof content>;

export function resolveContent(shape: ContentShape | undefined, at: Path): Content[] {
  return (shape ?? []).map((written, index): Content => {
    const where = [...at, index];
    return 'mount' in written
      ? {
          way: 'mount',
          at: where,
          from: written.mount,
          path: written.at,
          type: written.type ?? 'nfs',
          options: written.options ?? 'ro',
        }
      : {
          way: 'copy',
          at: where,
          from: written.rsync,
          path: written.at,
          every: written.every ?? 5,
          delete: written.delete ?? false,
        };
  });
}
