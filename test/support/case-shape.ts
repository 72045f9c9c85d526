import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { z } from 'zod';
import { families } from '../../src/model/family.ts';

const place = z
  .string()
  .regex(/^(prepare|retire) [a-zA-Z]+$/, 'expected a stage and a place: prepare address');

const action = z.union([
  z.strictObject({
    title: z.string(),
    at: place,
    verb: z.enum(['add', 'change', 'remove']).optional(),
    /** Shell lines, as they would run. */
    run: z.string(),
    undo: z.string().optional(),
    afterUndo: z.string().optional(),
    risky: z.literal(true).optional(),
    needs: z.array(z.string()).optional(),
    waits: z.number().optional(),
    limit: z.number().optional(),
  }),
  z.strictObject({
    write: z.string(),
    at: place,
    content: z.unknown(),
    mode: z.string(),
    /** OWNER:GROUP. */
    owner: z.string(),
    check: z.string().optional(),
    keepOriginal: z.literal(true).optional(),
  }),
  z.strictObject({ restore: z.string(), at: place }),
  z.strictObject({ remove: z.string(), at: place }),
]);

const change = z.strictObject({
  verb: z.enum(['add', 'change', 'remove']),
  title: z.string(),
  /** `+ TEXT`, `~ TEXT`, `- TEXT`, or a diff. */
  details: z
    .array(
      z.union([
        z.string().regex(/^[+~-] /),
        z.strictObject({ path: z.string(), before: z.string(), after: z.string() }),
      ]),
    )
    .optional(),
  actions: z.array(action),
  interrupts: z.array(z.string()).optional(),
  serving: z.strictObject({ before: z.number(), after: z.number() }).optional(),
  loses: z.array(z.string()).optional(),
});

/**
 * What a command of the host prints; or the text of a file, or the names in a directory. Nothing for a command that is
 * there and is not run.
 */
const printed = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.strictObject({ prints: z.string(), status: z.number() }),
]);

const resource = z.looseObject({ kind: z.never().optional() });

const oneCase = z
  .strictObject({
    title: z.string(),
    platform: z.enum(families).default('debian'),
    /** As the manifest has it, without its kind. */
    resource,
    /** Others of the kind that the same host is to have. */
    beside: z.array(resource).default([]),
    context: z
      .strictObject({
        retiring: z.boolean().default(false),
        fromEngine: z.boolean().default(false),
        changesHands: z.boolean().default(false),
        keepWeights: z.boolean().default(false),
        changedFiles: z.array(z.string()).default([]),
        connections: z.record(z.string(), z.number()).default({}),
        /** What was there before lvsform, of a resource that is ours already. */
        before: z.unknown().optional(),
      })
      .prefault({}),
    /** By command line; or by path: /etc/hosts, /sys/class/net/. */
    host: z.record(z.string(), printed),
    /** How the observation is refused, where it must be. */
    refused: z.string().optional(),
    observed: z.record(z.string(), z.unknown()).optional(),
    change: z.union([z.literal('none'), change]).optional(),
    blocker: z.string().optional(),
    note: z.string().optional(),
    /** What brings back what was there before. */
    restore: z.union([z.literal('nothing'), resource]).optional(),
    others: z.array(z.string()).optional(),
    /** How it comes back after a reboot, as shell lines. */
    boot: z
      .strictObject({
        of: z.string(),
        isUp: z.string(),
        up: z.string(),
        down: z.string().optional(),
        replaces: z.literal(true).optional(),
        /** What a script does when it stops, where what is observed was there before lvsform. */
        before: z.string().optional(),
      })
      .optional(),
  })
  .refine(
    ({ refused, observed, change: changes, blocker }) =>
      refused === undefined
        ? observed !== undefined && (changes === undefined) !== (blocker === undefined)
        : observed === undefined && changes === undefined && blocker === undefined,
    'expected what is observed, and a change or a blocker; or how the answer is refused',
  );

export type Case = z.output<typeof oneCase>;

const schema = CORE_SCHEMA.withTags(mergeTag);

/** The cases of one file. Throws where it holds anything that is no part of a case. */
export function readCases(name: string, text: string): Case[] {
  const { data, error } = z
    .array(oneCase)
    .min(1)
    .safeParse(load(text, { schema, filename: name }));
  if (data === undefined) throw new TypeError(`${name}: ${z.prettifyError(error)}`);
  return data;
}
