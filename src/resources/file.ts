import { revealed, type Secrets, shownText, type Text, textOf } from '../model/secret.ts';
import { digest } from '../net/digest.ts';
import { linesOf } from '../shell/answer.ts';
import { line, quote, rooted, type Command } from '../shell/quote.ts';
import type { Action, Change, Detail, Kind } from './kind.ts';
import { orders } from './orders.ts';
import { fileShape } from './file-shape.ts';
import { saidOnlyBy, type TrafficLanguage } from './traffic-files.ts';

export interface FileAttributes {
  readonly digest: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** A whole file that is ours; or the absence of one; or the file or link that was there before us. */
export interface FileResource {
  readonly kind: 'file';
  readonly path: string;
  readonly want:
    | ({ readonly state: 'present'; readonly content: Text } & FileAttributes)
    | { readonly state: 'absent' }
    | ({ readonly state: 'original' } & FileAttributes)
    | { readonly state: 'original-link' };
  /** True if the content must never be shown. */
  readonly sensitive?: true;
  /** Of a file that names virtual services, real servers or VIPs: its language. */
  readonly traffic?: TrafficLanguage;
  /** True for a script that brings resources back at boot. */
  readonly boot?: true;
  /** The command that checks the staged file; the word `{}` is replaced by its path. */
  readonly check?: Command;
}

export type ObservedFile =
  | { readonly state: 'absent' }
  | { readonly state: 'other'; readonly type: string }
  | ({ readonly state: 'present'; readonly size: number; readonly content?: string } & FileAttributes);

/** The largest file that is fetched to be shown in a diff, in bytes. */
const mostFetched = 262_144;

export const fileKind: Kind<FileResource, ObservedFile> = {
  kind: 'file',
  shape: fileShape,
  key: ({ path }) => path,

  probe: (files) => {
    // A file with a `traffic` language is fetched for its names, even if ours contains a secret; its content is not shown then.
    const shown = files.flatMap(({ path, want, sensitive, traffic }) =>
      want.state === 'present' && (sensitive !== true || traffic !== undefined)
        ? [line(['show_content', String(mostFetched), want.digest, rooted(path)])]
        : [],
    );
    return [line(['show_files', ...files.map(({ path }) => rooted(path))]), ...shown].join('\n');
  },

  parse: (answer, files) => {
    const stats = new Map(linesOf(answer.section('file')).map((text) => parseStat(text)));
    const sums = new Map(
      linesOf(answer.section('sums')).map(
        (text) => [text.slice(66).replace(/^\/+/, ''), text.slice(0, 64)] as const,
      ),
    );
    const contents = answer.sections('content ');
    return files.map(({ path }): ObservedFile => {
      const key = rooted(path);
      const stat = stats.get(key);
      if (stat === undefined) return { state: 'absent' };
      const sum = sums.get(key);
      if (!stat.type.startsWith('regular') || sum === undefined) return { state: 'other', type: stat.type };
      const { type: _, ...attributes } = stat;
      const given = contents.get(key);
      // More than lvsform asked for is not shown: to compare it could take for ever.
      const content = given === undefined || given.length > mostFetched ? undefined : given;
      return { state: 'present', ...attributes, digest: sum, ...(content === undefined ? {} : { content }) };
    });
  },

  compare: (wanted, observed, { retiring, before }) => {
    if (observed.state === 'other' && observed.type === 'directory') {
      return { blocker: `${wanted.path} is a directory; move it away, it must be a file` };
    }
    const change = difference(wanted, observed, retiring);
    if (change === undefined) return {};
    const loses = retiring || before !== undefined ? [] : lost(wanted, observed);
    return { change: loses.length === 0 ? change : { ...change, loses } };
  },

  restore: ({ path }, before) => {
    if (before.state === 'absent') return { kind: 'file', path, want: { state: 'absent' } };
    if (before.state === 'other') return { kind: 'file', path, want: { state: 'original-link' } };
    const { digest: sum, mode, owner, group } = before;
    return { kind: 'file', path, want: { state: 'original', digest: sum, mode, owner, group } };
  },
};

/** A wanted file with its digest. `made` is the rendered text; a file with a secret is sensitive. */
export function file(
  path: string,
  made: string,
  options: { mode?: string } & Pick<FileResource, 'check' | 'sensitive' | 'traffic' | 'boot'> = {},
): FileResource {
  const { mode = '0644', ...rest } = options;
  const content = textOf(made);
  return {
    kind: 'file',
    path,
    want: {
      state: 'present',
      content,
      digest: digest(shownText(content)),
      mode,
      owner: 'root',
      group: 'root',
    },
    ...(typeof content === 'string' ? {} : { sensitive: true as const }),
    ...rest,
  };
}

/** The same file with the digest of its text with the values of its secrets. */
export function sealed(resource: FileResource, secrets: Secrets): FileResource {
  const { want, sensitive } = resource;
  if (sensitive !== true || want.state !== 'present') return resource;
  return { ...resource, want: { ...want, digest: digest(revealed(want.content, secrets)) } };
}

function difference(wanted: FileResource, observed: ObservedFile, retiring: boolean): Change | undefined {
  const { path, want } = wanted;
  const id = `file:${path}`;
  const order = retiring ? orders.retire.file : orders.prepare.file;
  const placed = { stage: retiring ? 'retire' : 'prepare', order } as const;
  if (want.state === 'absent') {
    if (observed.state === 'absent') return undefined;
    const actions: Action[] = [{ ...placed, do: 'remove', path }];
    return { id, verb: 'remove', title: `file ${path}`, details: [], actions, interrupts: [] };
  }
  if (want.state === 'original-link') {
    if (observed.state === 'other') return undefined;
    const details: Detail[] = [{ verb: 'change', text: 'the symbolic link that was there before lvsform' }];
    const actions: Action[] = [{ ...placed, do: 'restore', path }];
    return { id, verb: 'change', title: `file ${path}`, details, actions, interrupts: [] };
  }
  const attributes = attributeDetails(want, observed);
  const same = observed.state === 'present' && observed.digest === want.digest;
  if (same && attributes.length === 0) return undefined;
  const actions: Action[] =
    want.state === 'original'
      ? [{ ...placed, do: 'restore', path }]
      : [
          {
            ...placed,
            do: 'write',
            path,
            content: want.content,
            mode: want.mode,
            owner: want.owner,
            group: want.group,
            check: wanted.check,
            keepOriginal: true,
          },
        ];
  return {
    id,
    verb: observed.state === 'absent' ? 'add' : 'change',
    title: `file ${path}`,
    details: [...attributes, ...(same ? [] : contentDetails(wanted, observed))],
    actions,
    interrupts: [],
  };
}

/** What is lost with a file that is not ours yet. */
function lost({ want, traffic }: FileResource, observed: ObservedFile): string[] {
  if (traffic === undefined || want.state !== 'present' || observed.state !== 'present') return [];
  if (observed.digest === want.digest || observed.size === 0) return [];
  if (observed.content === undefined) return [`${observed.size} bytes`];
  return saidOnlyBy(observed.content, shownText(want.content), traffic);
}

function attributeDetails(want: FileAttributes, observed: ObservedFile): Detail[] {
  if (observed.state === 'absent') return [];
  if (observed.state === 'other') return [{ verb: 'change', text: `${observed.type} becomes a file` }];
  const owners = [`${observed.owner}:${observed.group}`, `${want.owner}:${want.group}`];
  return [
    ...(observed.mode === want.mode
      ? []
      : [{ verb: 'change' as const, text: `mode ${observed.mode} -> ${want.mode}` }]),
    ...(owners[0] === owners[1]
      ? []
      : [{ verb: 'change' as const, text: `owner ${owners[0]} -> ${owners[1]}` }]),
  ];
}

function contentDetails({ path, want, sensitive }: FileResource, observed: ObservedFile): Detail[] {
  if (sensitive === true) return [{ verb: 'change', text: 'the content (not shown: it contains a secret)' }];
  if (want.state === 'original')
    return [{ verb: 'change', text: 'the content that was there before lvsform' }];
  if (want.state !== 'present') return [];
  if (observed.state !== 'present') return [{ path, before: '', after: shownText(want.content) }];
  if (observed.content === undefined || observed.size > mostFetched) {
    return [{ verb: 'change', text: `the content (${observed.size} bytes there, too many to show)` }];
  }
  return [{ path, before: observed.content, after: shownText(want.content) }];
}

type Stat = { type: string; mode: string; owner: string; group: string; size: number };

function parseStat(text: string): readonly [string, Stat] {
  const [type = '', mode = '', owner = '', group = '', size = '0', ...name] = text.split('|');
  return [name.join('|'), { type, mode: mode.padStart(4, '0'), owner, group, size: Number(size) }];
}

/** The words of a check, with the path of the staged file. */
export function checkCommand(check: Command, staged: string): string {
  return check.map((part) => (part === '{}' ? quote(staged) : quote(part))).join(' ');
}
