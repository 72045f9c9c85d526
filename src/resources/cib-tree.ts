import { XMLParser } from 'fast-xml-parser';
import { escaped } from '../net/xml.ts';

/** An element of the CIB: it has attributes and children, and no text. */
export interface CibElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly CibElement[];
}

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
});

/** Reads elements that stand beside one another. Empty sets, which say nothing, are left out: crm_resource leaves some. */
export function readCib(xml: string): CibElement[] {
  return (parser.parse(xml) as Node[]).flatMap(elementOf);
}

/** What only holds attributes of the element around it. */
const sets = new Set(['meta_attributes', 'instance_attributes', 'utilization', 'operations']);

function elementOf(node: Node): CibElement[] {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name.startsWith('#') || name.startsWith('?')) return [];
  const attributes = (node[':@'] ?? {}) as Record<string, string>;
  const children = (node[name] as Node[]).flatMap(elementOf);
  if (children.length === 0 && sets.has(name) && attributes['id-ref'] === undefined) return [];
  return [{ name, attributes, children }];
}

/** One line, attributes in the order of their names: two elements are alike where their texts are. */
export function cibText({ name, attributes, children }: CibElement): string {
  const words = Object.entries(attributes)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = `<${name}${words.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.map(cibText).join('')}</${name}>`;
}
