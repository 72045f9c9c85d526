import { z } from 'zod';
import { revealed, type Secrets, shownText, type Text } from '../model/secret.ts';
import { line, rooted } from '../shell/quote.ts';
import type { Action, Detail, Kind } from './kind.ts';
import { orders } from './orders.ts';
import { absolutePath, aText, type Fields, fileMode, lineOfText, maybe, type Shape, aWord } from './shape.ts';

/** Lines of ours, between two marks, in a file that belongs to others (/etc/hosts, /etc/iproute2/rt_tables). */
export interface BlockResource {
  readonly kind: 'block';
  readonly path: string;
  /** The lines, each with its newline; empty if the block is to be removed. */
  readonly content: Text;
}

export interface ObservedBlock {
  /** The whole file; undefined if there is none. */
  readonly text: string | undefined;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly type: string;
  /** The target of a symbolic link at the path: the target is written, and the link is kept. */
  readonly target?: string;
  /** Why no lines can be written into it. */
  readonly trouble?: string;
}

/** The largest file of others into which lines are written, and the largest that is shown, in bytes. */
const most = { read: 1_048_576, shown: 262_144 };

const begin = '# lvsform begin: these lines are kept by lvsform\n';
const end = '# lvsform end\n';

const shape: Shape<BlockResource, ObservedBlock> = {
  resource: z.strictObject({
    kind: z.literal('block'),
    path: absolutePath,
    content: aText,
  } satisfies Fields<BlockResource>),
  before: z.strictObject({
    text: maybe(z.string()),
    mode: fileMode,
    owner: aWord,
    group: aWord,
    type: lineOfText,
    target: absolutePath.exactOptional(),
    trouble: lineOfText.exactOptional(),
  } satisfies Fields<ObservedBlock>),
};

export const blockKind: Kind<BlockResource, ObservedBlock> = {
  kind: 'block',
  shape,
  key: ({ path }) => path,

  probe: (blocks) => line(['show_texts', String(most.read), ...blocks.map(({ path }) => rooted(path))]),

  parse: (answer, blocks) => {
    const texts = answer.sections('text ');
    const links = answer.sections('link ');
    const stats = new Map((answer.section('block') ?? '').split('\n').map((text) => parseStat(text)));
    return blocks.map(({ path }): ObservedBlock => {
      const key = rooted(path);
      const { size, ...attributes } = stats.get(key) ?? absent;
      const target = links.get(key);
      const text = texts.get(key);
      const trouble = troubleOf(attributes.type, Math.max(size, text?.length ?? 0), target);
      return {
        text: trouble === undefined ? text : undefined,
        ...attributes,
        ...(target === undefined || trouble !== undefined ? {} : { target }),
        ...(trouble === undefined ? {} : { trouble }),
      };
    });
  },

  // Our lines are plain text by now (`opened`), and plain text is written unchanged, like the host's lines.
  compare: ({ path, content: ours }, observed, { retiring, before: found }) => {
    const content = shownText(ours);
    const { text, mode, owner, group, target, trouble } = observed;
    if (trouble !== undefined) return { blocker: `${path} ${trouble}: lvsform keeps lines of its own there` };
    const before = text ?? '';
    const after = retiring ? asFound(withBlock(before, content), found) : withBlock(before, content);
    if (after === before) return {};
    if (observed.type === 'directory') {
      return { blocker: `${path} is a directory; move it away, it must be a file` };
    }
    if (before.includes('\uFFFD') || before.includes('\0')) {
      return {
        blocker: `${path} is not UTF-8 text, so its other lines cannot be kept safely; correct it by hand`,
      };
    }
    const placed = retiring
      ? ({ stage: 'retire', order: orders.retire.file } as const)
      : ({ stage: 'prepare', order: orders.prepare.file } as const);
    const action: Action =
      after === '' && retiring && target === undefined && found?.text === undefined
        ? { ...placed, do: 'remove', path }
        : {
            ...placed,
            do: 'write',
            path: target ?? path,
            content: after,
            mode,
            owner,
            group,
            check: undefined,
            keepOriginal: false,
          };
    const had = before.includes(begin);
    return {
      change: {
        id: `block:${path}`,
        verb: content === '' ? 'remove' : had ? 'change' : 'add',
        title: `lines in ${path}${target === undefined ? '' : `, a link to ${target}`}`,
        details: [detailOf(path, before, after)],
        actions: [action],
        interrupts: [],
      },
    };
  },

  restore: ({ path }) => ({ kind: 'block', path, content: '' }),
};

const absent = { type: '', mode: '0644', owner: 'root', group: 'root', size: 0 };

function parseStat(text: string): readonly [string, typeof absent] {
  const [type = '', mode = '', owner = '', group = '', size = '', ...name] = text.split('|');
  return [name.join('|'), { type, mode: mode.padStart(4, '0'), owner, group, size: Number(size) }];
}

/** Why no lines can be written into the existing file; undefined if they can. */
function troubleOf(type: string, size: number, target: string | undefined): string | undefined {
  if (type === '') {
    return target === undefined ? undefined : 'is a symbolic link that is dangling or circular';
  }
  if (!type.startsWith('regular')) return `is a ${type} and not a file`;
  return size <= most.read ? undefined : `has ${size} bytes, more than the limit of ${most.read} bytes`;
}

function detailOf(path: string, before: string, after: string): Detail {
  return Math.max(before.length, after.length) <= most.shown
    ? { path, before, after }
    : { verb: 'change', text: `the lines of lvsform (${before.length} characters there, too many to show)` };
}

/** The file's text with our block replaced, added at the end, or removed. Everything else is kept byte for byte. */
export function withBlock(text: string, content: string): string {
  // The last beginning: an earlier one without its end must not include other lines.
  const start = lineOf(text, begin, 'last');
  const stop = start < 0 ? -1 : lineOf(text, end, 'first', start);
  const block = content === '' ? '' : begin + content + end;
  if (start >= 0 && stop >= 0) return text.slice(0, start) + block + text.slice(stop + end.length);
  if (block === '') return text;
  return text === '' || text.endsWith('\n') ? text + block : `${text}\n${block}`;
}

/** Drops the newline that was added in front of our lines, if without it the file is as it was before us. */
function asFound(text: string, found: ObservedBlock | undefined): string {
  return found?.text !== undefined && text === `${found.text}\n` ? found.text : text;
}

/** The offset of a whole line in a text, or -1. */
function lineOf(text: string, wanted: string, which: 'first' | 'last', from = 0): number {
  const next = (at: number): number =>
    which === 'first' ? text.indexOf(wanted, at + 1) : at === 0 ? -1 : text.lastIndexOf(wanted, at - 1);
  let at = which === 'first' ? text.indexOf(wanted, from) : text.lastIndexOf(wanted);
  while (at > 0 && text[at - 1] !== '\n') at = next(at);
  return at;
}

/** The same lines with the public half of a key in its place. */
export function opened(block: BlockResource, secrets: Secrets): BlockResource {
  return { ...block, content: revealed(block.content, secrets) };
}
