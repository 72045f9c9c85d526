import type { Resource } from '../resources/index.ts';
import { UnusableManifest } from './unusable.ts';

/** A member of the roster: enough to find a host that has left the inventory. */
export interface RosterEntry {
  readonly host: string;
  readonly ssh: {
    readonly host: string;
    readonly user?: string;
    readonly port?: number;
    readonly identity?: string;
    readonly sudo: boolean;
  };
}

export interface ManagedResource {
  /** What we put there; the contents of files are left out. */
  readonly resource: Resource;
  /** What was there before us. */
  readonly before: unknown;
}

/**
 * What a host knows about us, in /var/lib/lvsform/manifest.json: what we manage there, what was there before, which
 * plan did it, and who else is in the clusters.
 */
export interface Manifest {
  readonly version: 1;
  readonly plan: string;
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
  readonly resources: Readonly<Record<string, ManagedResource>>;
}

/** Reads a manifest; undefined where there is none. Throws UnusableManifest. */
export function readManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnusableManifest('/var/lib/lvsform/manifest.json is not JSON', { cause: error });
  }
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== 1) {
    throw new UnusableManifest(
      `/var/lib/lvsform/manifest.json has version ${String(version)}; this lvsform reads version 1`,
    );
  }
  return value as Manifest;
}

export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, (key, value: unknown) => (bulky.has(key) ? undefined : value), 1)}\n`;
}

/** Texts of files: the host has them anyway. */
const bulky: ReadonlySet<string> = new Set(['content', 'text']);
