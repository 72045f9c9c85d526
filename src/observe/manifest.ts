import { z } from 'zod';
import { name as hostName, sshHost, sshUser } from '../inventory/shape-values.ts';
import type { Machine } from '../model/machine.ts';
import type { Target } from '../port.ts';
import { isStage } from '../resources/kind.ts';
import { type ManagedResource, readManaged } from '../resources/managed.ts';
import type { Answer } from '../shell/answer.ts';
import { DamagedManifest, UnusableManifest } from '../shell/unusable.ts';

/** A member of the roster: enough to find a host that has left the inventory. */
export interface RosterEntry {
  readonly host: string;
  readonly ssh: Target['ssh'];
  /** The machine that was met there; undefined if none has been met yet. */
  readonly machine?: Machine;
  /** True for a director: its own roster is trusted like a director's, even after it has left. */
  readonly directs?: true;
  /** The cluster beside this one of which it is a director; undefined for a member of the host's own clusters. */
  readonly beside?: string;
  /** The former inventory of this entry and of the host with this roster, if that host was taken over. */
  readonly of?: string;
  /** True if no director named this host. The host that named it may be gone; a director remembers it. */
  readonly hearsay?: true;
  /** The machine of a host of ours that named it, if a director knows it only from there. */
  readonly by?: Machine;
}

/** Which inventory owns a host. */
export interface Owner {
  readonly inventory: string;
  /** ISO 8601, UTC: when it first owned the host. */
  readonly since: string;
  /** ISO 8601, UTC: when it gave the host up (`lvsform forget`). Any inventory may have the host after that. */
  readonly released?: string;
}

/**
 * A host's /var/lib/lvsform/manifest.json: which inventory owns the host, what lvsform manages there, what was there before,
 * which plan was applied last, and where the other hosts of its clusters are.
 */
export interface Manifest {
  readonly version: typeof manifestVersion;
  /** Undefined in a manifest of version 1, which had no owner. */
  readonly owner?: Owner;
  /** The host's name in the inventory when the host was last changed. */
  readonly host?: string;
  /** The machine on which the manifest was written. */
  readonly machine?: Machine;
  readonly plan: string;
  /** Who applied the plan here, since when (ISO 8601), and which of its parts have ended: prepare, take, retire, roster. */
  readonly last?: { readonly by: string; readonly at: string; readonly ended: readonly string[] };
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
  readonly resources: Readonly<Record<string, ManagedResource>>;
}

export const manifestVersion = 2;
const path = '/var/lib/lvsform/manifest.json';
const copy = '/var/lib/lvsform/manifest.copy';

/** More hosts than a cluster has. */
const mostHosts = 20_000;

/** A text in one line, without control characters. */
const line = z.string().regex(/^[^\p{Cc}]{1,256}$/u);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/);
const machine = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  key: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
    .optional(),
});
const rosterEntry = z.object({
  host: hostName,
  ssh: z.object({
    host: sshHost,
    user: sshUser.optional(),
    port: z.int().min(1).max(65_535).optional(),
    identity: line.optional(),
    sudo: z.boolean(),
  }),
  machine: machine.optional(),
  directs: z.literal(true).optional(),
  beside: hostName.optional(),
  of: hostName.optional(),
  hearsay: z.literal(true).optional(),
  by: machine.optional(),
});
const part = line.refine((text) => isStage(text) || text === 'roster', 'it is no part of a plan');
const shape = z.object({
  owner: z.object({ inventory: hostName, since: time, released: time.optional() }).optional(),
  host: hostName.optional(),
  machine: machine.optional(),
  plan: line,
  last: z.object({ by: line, at: line, ended: z.array(part) }).optional(),
  clusters: z.array(hostName),
  roster: z.array(rosterEntry).max(mostHosts),
  resources: z.record(z.string(), z.unknown()),
});

/** The manifest in the answer to a probe; undefined if the host has none. Throws UnusableManifest. */
export function manifestIn(answer: Answer): Manifest | undefined {
  const hint =
    answer.section('copy') === undefined
      ? 'put the manifest back (former ones are in /var/lib/lvsform/backup/*/var/lib/lvsform)'
      : `there is a copy, which may be older; to use it: cp -a ${copy} ${path}`;
  const found = answer.section('unusable manifest')?.trim();
  if (found !== undefined) {
    throw new UnusableManifest(
      `${path} ${found}: ${hint}; or, if lvsform has set up nothing on the host, remove it`,
    );
  }
  try {
    return readManifest(answer.section('manifest'));
  } catch (error) {
    if (!(error instanceof DamagedManifest)) throw error;
    throw new UnusableManifest(`${error.message}: ${hint}`, { cause: error });
  }
}

/** Reads a manifest, also one of version 1; undefined if there is none. Throws UnusableManifest. */
export function readManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DamagedManifest(`${path} is not JSON`, { cause: error });
  }
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== 1 && version !== manifestVersion) {
    throw new UnusableManifest(
      `${path} has version ${JSON.stringify(version)}; this lvsform reads version 1 and ${manifestVersion}`,
    );
  }
  const read = shape.safeParse(value, { jitless: true });
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new DamagedManifest(
      `${path} is damaged at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
    );
  }
  if (version === manifestVersion && read.data.owner === undefined) {
    throw new DamagedManifest(`${path} has no owner`);
  }
  const resources = Object.entries(read.data.resources).map(
    ([id, managed]) => [id, readManaged(id, managed)] as const,
  );
  return {
    version: manifestVersion,
    ...(read.data as Omit<Manifest, 'version' | 'resources'>),
    resources: Object.fromEntries(resources),
  };
}

/** A manifest as the text of its file. */
export function writeManifest(manifest: Manifest): string {
  const { run, rest } = manifestText(manifest);
  return run + rest;
}

/**
 * The text of a manifest in two parts: which run wrote it, and everything else, with each resource on a line of its own. A
 * transaction writes it twice, and most often only the first part differs.
 */
export function manifestText({ last, resources, ...more }: Manifest): { run: string; rest: string } {
  const text = (value: unknown): string =>
    JSON.stringify(value, (key, each: unknown) => (bulky.has(key) ? undefined : each));
  const lines = Object.entries(resources).map(([id, each]) => `${text(id)}:${text(each)}`);
  return {
    run: last === undefined ? '{' : `{"last":${text(last)},`,
    rest: `\n${text(more).slice(1, -1)},\n"resources":{\n${lines.join(',\n')}\n}}\n`,
  };
}

/** Keys with the texts of files, which the host has anyway. */
const bulky: ReadonlySet<string> = new Set(['content', 'text']);
