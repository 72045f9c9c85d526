import { XMLBuilder } from 'fast-xml-parser';

/** An element that has attributes and children, and no text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

export function element(
  name: string,
  attributes: XmlElement['attributes'],
  children: readonly XmlElement[] = [],
): XmlElement {
  return { name, attributes, children };
}

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  processEntities: false,
  attributeValueProcessor: (_, value) => escaped(String(value)),
});

/** An element in one line, its attributes as they are ordered. */
export function xmlText(root: XmlElement): string {
  return builder.build([nodeOf(root)]);
}

function nodeOf({ name, attributes, children }: XmlElement): object {
  return { [name]: children.map(nodeOf), ':@': attributes };
}

/** A text as XML, for an attribute between double quotes, or between tags. */
export function escaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
