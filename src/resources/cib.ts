import { z } from 'zod';
import { UnusableAnswer } from '../shell/unusable.ts';
import type { XmlElement } from '../net/xml.ts';
import type { Command } from '../shell/quote.ts';
import { cibText, readCib } from './cib-tree.ts';
import type { Detail, Kind } from './kind.ts';
import { orders } from './orders.ts';
import { type Fields, aName, type Shape } from './shape.ts';

/** Elements of ours in a section of pacemaker's configuration: resources, constraints, options. */
export interface CibResource {
  readonly kind: 'cib';
  /** XML by section; each element has an id that begins with `cibPrefix`. */
  readonly want: Readonly<Record<string, readonly string[]>>;
  /** The nodes to wait for, so that each resource finds the node that it prefers. */
  readonly members?: readonly string[];
}

/** The prefix of the ids of our elements, in a CIB that others may use, too. */
export const cibPrefix = 'lvs-';

export interface ObservedCib {
  /** Our elements by section, as `cibText` writes them. */
  readonly has: Readonly<Record<string, readonly string[]>>;
}

/** XML by section. */
const elements = z.record(z.string(), z.array(z.string().refine((xml) => !xml.includes('\0'))));

const shape: Shape<CibResource, ObservedCib> = {
  resource: z.strictObject({
    kind: z.literal('cib'),
    want: elements,
    members: z.array(aName).exactOptional(),
  } satisfies Fields<CibResource>),
  before: z.strictObject({ has: elements } satisfies Fields<ObservedCib>),
};

/**
 * The cluster information base, changed with pacemaker's own tools: a copy is edited, crm_verify checks it, and the difference
 * that crm_diff finds is applied as one patch. pacemaker refuses the patch if the CIB has changed meanwhile.
 */
export const cibKind: Kind<CibResource, ObservedCib> = {
  kind: 'cib',
  // The step waits for the cluster and its members.
  limit: 1800,
  shape,
  key: () => '',

  // Without a running cluster there is nothing to read, and nothing to wait for.
  probe: () =>
    'if command -v cibadmin >/dev/null; then timeout 20 cibadmin -Q -o configuration 2>/dev/null; fi',

  parse: (answer, cibs) => {
    const has = oursIn(answer.section('cib') ?? '');
    return cibs.map(() => ({ has }));
  },

  compare: ({ want, members = [] }, { has }, { retiring, changesHands }) => {
    const before = placesOf(has);
    const after = placesOf(want);
    const set = [...after].filter(([id, { text }]) => before.get(id)?.text !== text);
    const drop = [...before].filter(([id]) => !after.has(id));
    if (set.length + drop.length === 0) return {};
    const details: Detail[] = [
      ...set.map(([id, place]) => ({
        verb: before.has(id) ? ('change' as const) : ('add' as const),
        text: `${place.section}: ${id}`,
      })),
      ...drop.map(([id, place]) => ({ verb: 'remove' as const, text: `${place.section}: ${id}` })),
    ];
    const verb = before.size === 0 ? 'add' : after.size === 0 ? 'remove' : 'change';
    const leaves = retiring && changesHands;
    const placed = leaves
      ? ({ stage: 'prepare', order: orders.prepare.clusterLeft } as const)
      : retiring
        ? ({ stage: 'retire', order: orders.retire.cluster } as const)
        : ({ stage: 'prepare', order: orders.prepare.cluster } as const);
    const changing = edit(before, after);
    return {
      change: {
        id: 'cib:',
        verb,
        title: 'cluster resources (CIB)',
        details,
        actions: [
          {
            ...placed,
            do: 'run',
            title: 'change the CIB',
            commands: [
              ...(set.length > 0 && members.length > 0 ? [['members', ...members] as const] : []),
              leaves ? ['last_member', ...changing] : changing,
            ],
            undo: [edit(after, before)],
            afterUndo: [],
            needs: [],
          },
        ],
        interrupts: set.some(([id]) => before.has(id)) ? ['cluster resources that change restart'] : [],
      },
    };
  },

  restore: ({ kind }) => ({ kind, want: {} }),
};

interface Place {
  readonly section: string;
  readonly name: string;
  readonly text: string;
}

/** The sections, in the order in which they refer to one another. */
const sections = ['crm_config', 'rsc_defaults', 'op_defaults', 'resources', 'constraints', 'alerts'] as const;

/** The longest CIB that is read, in characters: far above any real one. */
const mostXml = 4 * 1024 * 1024;

/** Our elements in a CIB, by section. Throws UnusableAnswer. */
function oursIn(xml: string): Record<string, string[]> {
  const [configuration] = configurationIn(xml);
  return Object.fromEntries(
    (configuration?.children ?? [])
      .map(({ name, children }) => [name, children.filter(isOurs).map(cibText)] as const)
      .filter(([, texts]) => texts.length > 0),
  );
}

function configurationIn(xml: string): XmlElement[] {
  if (xml.length > mostXml) throw new UnusableAnswer('its CIB is larger than 4 MiB');
  try {
    return readCib(xml);
  } catch (error) {
    throw new UnusableAnswer(`its CIB cannot be read: ${String(error).slice(0, 200)}`, { cause: error });
  }
}

function isOurs({ attributes }: XmlElement): boolean {
  return attributes['id']?.startsWith(cibPrefix) === true;
}

function placesOf(told: Readonly<Record<string, readonly string[]>>): Map<string, Place> {
  return new Map(
    sections.flatMap((section) =>
      (told[section] ?? []).flatMap((xml) =>
        readCib(xml).map((element) => {
          const { name, attributes } = element;
          return [attributes['id'] ?? '', { section, name, text: cibText(element) }] as const;
        }),
      ),
    ),
  );
}

/** `cib_edit (set|drop SECTION XML)...`: an element that refers to others is dropped before them, and set after them. */
function edit(from: ReadonlyMap<string, Place>, to: ReadonlyMap<string, Place>): Command {
  const drop = [...from]
    .filter(([id]) => !to.has(id))
    .toReversed()
    .flatMap(([id, { section, name }]) => ['drop', section, `<${name} id="${id}"/>`]);
  const set = [...to]
    .filter(([id, { text }]) => from.get(id)?.text !== text)
    .flatMap(([, { section, text }]) => ['set', section, text]);
  return ['cib_edit', ...drop, ...set];
}
