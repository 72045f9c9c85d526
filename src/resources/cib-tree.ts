import { XMLParser } from 'fast-xml-parser';
import { element, type XmlElement, xmlText } from '../net/xml.ts';

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
});

/** Reads elements that stand beside one another. Empty sets, which say nothing, are left out: crm_resource leaves some. */
export function readCib(xml: string): XmlElement[] {
  return (parser.parse(xml) as Node[]).flatMap(elementOf);
}

/** What only holds attributes of the element around it. */
const sets = new Set(['meta_attributes', 'instance_attributes', 'utilization', 'operations']);

function elementOf(node: Node): XmlElement[] {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name.startsWith('#') || name.startsWith('?')) return [];
  const attributes = (node[':@'] ?? {}) as Record<string, string>;
  const children = (node[name] as Node[]).flatMap(elementOf);
  if (children.length === 0 && sets.has(name) && attributes['id-ref'] === undefined) return [];
  return [element(name, attributes, children)];
}

/** One line, attributes in the order of their names: two elements are alike where their texts are. */
export function cibText(root: XmlElement): string {
  return xmlText(sorted(root));
}

function sorted({ name, attributes, children }: XmlElement): XmlElement {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b));
  return { name, attributes: Object.fromEntries(entries), children: children.map(sorted) };
}
