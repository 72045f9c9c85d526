import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import type { Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { absolutePath, type Fields, maybe, type Shape, aWord } from './shape.ts';

/** A mounted file system, live; a script mounts it again after a reboot. */
export interface MountResource {
  readonly kind: 'mount';
  readonly path: string;
  readonly from: string;
  readonly type: string;
  /** The options, separated by commas. */
  readonly options: string;
  readonly want: 'present' | 'absent';
}

export interface ObservedMount {
  /** The file system that was mounted there last; options in the kernel's spelling. */
  readonly has: Pick<MountResource, 'from' | 'type' | 'options'> | undefined;
}

const mounted = { from: aWord, type: aWord, options: aWord };

const shape: Shape<MountResource, ObservedMount> = {
  resource: z.strictObject({
    kind: z.literal('mount'),
    path: absolutePath,
    ...mounted,
    want: z.enum(['present', 'absent']),
  } satisfies Fields<MountResource>),
  before: z.strictObject({ has: maybe(z.strictObject(mounted)) } satisfies Fields<ObservedMount>),
};

export const mountKind: Kind<MountResource, ObservedMount> = {
  kind: 'mount',
  // A server that does not answer is given up after 45 s; the former mount is restored in the same way.
  limit: 300,
  shape,
  key: ({ path }) => path,

  probe: () => 'cat proc/mounts 2>/dev/null',

  parse: (answer, mounts) => {
    const table = new Map(
      linesOf(answer.section('mount')).map((text) => {
        const [from = '', path = '', type = '', options = ''] = text.split(' ');
        return [path, { from, type, options }] as const;
      }),
    );
    return mounts.map(({ path }) => ({ has: table.get(path) }));
  },

  // The kernel has its own spelling of options (vers=4 as vers=4.2), so only read-only or writable is compared.
  compare: (wanted, { has }, { retiring }) => {
    const { path, from, want } = wanted;
    const same =
      has !== undefined &&
      bare(has.from) === bare(from) &&
      (want === 'absent' || readsOnly(has.options) === readsOnly(wanted.options));
    if (want === 'absent' ? !same : same) return {};
    const place = placeOf(retiring, 'mount');
    const away = unmount(wanted);
    const back: Command[] = has === undefined ? [] : [mount({ ...has, path })];
    const there: Command[] = want === 'present' ? [mount(wanted)] : [];
    const verb = want === 'absent' ? 'remove' : has === undefined ? 'add' : 'change';
    return {
      change: {
        id: `mount:${path}`,
        verb,
        title: `mount ${from} at ${path}`,
        details:
          has === undefined || want === 'absent'
            ? []
            : [{ verb: 'change', text: `was ${has.from} (${has.options})` }],
        actions: [
          run(
            place,
            `${want === 'absent' ? 'unmount' : 'mount'} ${path}`,
            [...(has === undefined ? [] : [away]), ...there],
            [...(want === 'present' ? [away] : []), ...back],
          ),
        ],
        interrupts:
          has === undefined ? [] : [`files that are open below ${path} are still those of the former mount`],
      },
    };
  },

  restore: (managed, { has }) =>
    has === undefined ? { ...managed, want: 'absent' } : { ...managed, ...has, want: 'present' },

  boot: (wanted) =>
    wanted.want === 'absent'
      ? undefined
      : {
          of: 'mount',
          // Another mount at this path would remain below it.
          up: [unmount(wanted), mount(wanted)],
          down: [unmount(wanted)],
          isUp: ['is_mounted', relative(wanted.path), wanted.from, readsOnly(wanted.options) ? 'ro' : 'rw'],
        },
};

function unmount({ path }: Pick<MountResource, 'path'>): Command {
  return ['unmount', relative(path)];
}

function mount({ path, type, options, from }: Omit<MountResource, 'kind' | 'want'>): Command {
  return ['mount_at', relative(path), type, options, from];
}

/** A path relative to the host's root, in which each script runs. */
function relative(path: string): string {
  return path.slice(1);
}

/** Drops the last slash, which the kernel may leave out. */
function bare(from: string): string {
  let end = from.length;
  while (end > 1 && from[end - 1] === '/' && from[end - 2] !== ':') end -= 1;
  return from.slice(0, end);
}

function readsOnly(options: string): boolean {
  return options.split(',').includes('ro');
}
