import { z } from 'zod';
import { trafficLanguages } from './traffic-files.ts';
import type { FileAttributes, FileResource, ObservedFile } from './file.ts';
import {
  absolutePath,
  aCommand,
  aText,
  digestText,
  type Fields,
  fileMode,
  lineOfText,
  only,
  type Shape,
  aWord,
} from './shape.ts';

const attributes = {
  digest: digestText,
  mode: fileMode,
  owner: aWord,
  group: aWord,
} satisfies Fields<FileAttributes>;

export const fileShape: Shape<FileResource, ObservedFile> = {
  resource: z.strictObject({
    kind: z.literal('file'),
    path: absolutePath,
    want: z.discriminatedUnion('state', [
      z.strictObject({ state: z.literal('present'), content: aText, ...attributes }),
      z.strictObject({ state: z.literal('absent') }),
      z.strictObject({ state: z.literal('original'), ...attributes }),
      z.strictObject({ state: z.literal('original-link') }),
    ]),
    sensitive: only,
    traffic: z.enum(trafficLanguages).exactOptional(),
    boot: only,
    check: aCommand.exactOptional(),
  } satisfies Fields<FileResource>),
  before: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('absent') }),
    z.strictObject({ state: z.literal('other'), type: lineOfText }),
    z.strictObject({
      state: z.literal('present'),
      size: z.int().min(0),
      content: z.string().exactOptional(),
      ...attributes,
    }),
  ]),
};
