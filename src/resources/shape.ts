import { z } from 'zod';
import type { Text } from '../model/secret.ts';
import { isAddress, isCidr } from '../net/address.ts';

/** A schema for each key of `R`, so that a new key of the type must be added to the shape, too. */
export type Fields<R> = { readonly [K in keyof R]-?: z.ZodType<R[K]> };

/** The shapes of a kind's data: of its resources in manifests, and of its observations. */
export interface Shape<R, O> {
  readonly resource: z.ZodType<R>;
  /** Contents of files may be left out. */
  readonly before: z.ZodType<O>;
}

/** A value that may be undefined, so that JSON leaves it out. */
export function maybe<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.optional().transform((value) => value);
}

const most = 4096;
const text = (fits: RegExp, what: string): z.ZodType<string> =>
  z.string().refine((value) => value.length <= most && fits.test(value), `expected ${what}`);

/** One line, possibly empty. */
export const lineOfText = text(/^[^\0\n]*$/, 'a line of text');
/** A text without blanks, possibly empty. */
export const aWord = text(/^[^\0\s]*$/, 'a word');
export const aName = text(/^[^\0\s/]+$/, 'a name');
export const absolutePath = text(/^\/[^\0\n]*$/, 'an absolute path');
export const aDevice = text(/^[^\0\s/]{1,15}$/, 'the name of a network interface');
export const digestText = text(/^[0-9a-f]{64}$/, 'a SHA-256 digest');
export const fileMode = text(/^[0-7]{4,5}$/, 'the mode of a file in octal digits');
export const aCommand = z
  .array(z.string().refine((value) => !value.includes('\0'), 'expected a word of a command'))
  .min(1);

const addressLength = 64;
export const anAddress = z
  .string()
  .refine((value) => value.length <= addressLength && isAddress(value), 'expected an IP address');
export const aPlace = z
  .string()
  .refine(
    (value) => value.length <= addressLength && (isAddress(value) || isCidr(value)),
    'expected an IP address or a network',
  );
export const aPrefix = z.int().min(0).max(128);
export const aPort = z.int().min(0).max(65_535);
export const aCount = z.int().min(0).max(4_294_967_295);
export const only = z.literal(true).exactOptional();

/** A document of ours, which manifests leave out. */
export const aText: z.ZodType<Text> = z
  .union([
    z.string(),
    z.array(
      z.union([z.string(), z.strictObject({ secret: z.string(), length: z.int().min(0).exactOptional() })]),
    ),
  ])
  .default('');
