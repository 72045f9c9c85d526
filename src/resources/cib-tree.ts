import { XMLParser } from 'fast-xml-parser';
import { element, type XmlElement, xmlText } from '../net/xml.ts';

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
});

/** Reads sibling elements. Empty sets, which mean nothing, are left out: crm_resource leaves some behind. */
export function readCib(xml: string): XmlElement[] {
  return (parser.parse(xml) as Node[]).flatMap(elementOf);
}

/** Elements that only contain attributes of their parent. */
const sets = new Set(['meta_attributes', 'instance_attributes', 'utilization', 'operations']);

function elementOf(node: Node): XmlElement[] {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name.startsWith('#') || name.startsWith('?')) return [];
  const attributes = (node[':@'] ?? {}) as Record<string, string>;
  const children = (node[name] as Node[]).flatMap(elementOf);
  if (children.length === 0 && sets.has(name) && attributes['id-ref'] === undefined) return [];
  return [element(name, attributes, children)];
}

/** An element in one line, with its attributes sorted by name: equal elements have equal texts. */
export function cibText(root: XmlElement): string {
  return xmlText(sorted(root));
}

function sorted({ name, attributes, children }: XmlElement): XmlElement {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b));
  return { name, attributes: Object.fromEntries(entries), children: children.map(sorted) };
}
