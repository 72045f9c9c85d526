import { z } from 'zod';
import { UnusableAnswer, UnusableManifest } from '../shell/unusable.ts';
import { short } from '../text/clean.ts';
import { type AnyKind, idOf, kindNamed, type Resource } from './index.ts';

export interface ManagedResource {
  /** What lvsform set up; the contents of files are left out. */
  readonly resource: Resource;
  /** What was there before lvsform. */
  readonly before: unknown;
}

const entry = z.strictObject({ resource: z.looseObject({ kind: z.string() }), before: z.unknown() });

/**
 * Reads one resource of a manifest, with what was there before us, in the shape of its kind. `id` is its key in the manifest.
 * Throws UnusableManifest for any value that does not fit.
 */
export function readManaged(id: string, value: unknown): ManagedResource {
  const { resource: written, before } = fits(id, entry, value);
  const kind = kindNamed(written.kind);
  if (kind === undefined) {
    throw new UnusableManifest(
      `${manifestPath} has a resource of the kind ${short(written.kind)}, which this lvsform does not know: use a newer one`,
    );
  }
  const resource = fits(id, kind.shape.resource, written);
  if (idOf(resource) !== id) throw unusable(id, `it describes ${short(idOf(resource))}`);
  return { resource, before: fits(id, kind.shape.before, before) };
}

const manifestPath = '/var/lib/lvsform/manifest.json';

/** How many values are checked before zod generates code for it: that takes milliseconds, which few hosts do not give back. */
const few = 500;
let checked = 0;

function how(): { readonly jitless: boolean } {
  checked += 1;
  return { jitless: checked <= few };
}

function fits<T>(id: string, schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value, how());
  if (success) return data;
  throw unusable(id, problemOf(error));
}

function unusable(id: string, why: string): UnusableManifest {
  return new UnusableManifest(`${manifestPath} cannot be used: ${short(id)}: ${why}`);
}

/** Checks that an observation has the shape of its kind. Throws UnusableAnswer. */
export function checkObserved({ kind, shape }: AnyKind, id: string, observed: unknown): void {
  const { error } = shape.before.safeParse(observed, how());
  if (error !== undefined) {
    throw new UnusableAnswer(`its answer about ${short(id || kind)} cannot be used: ${problemOf(error)}`);
  }
}

function problemOf(error: z.ZodError): string {
  const [first] = error.issues;
  const where = (first?.path ?? []).map(String).join('.');
  return short(`${where === '' ? '' : `${where}: `}${first?.message ?? 'it does not fit'}`);
}
