import type { XmlElement } from '../../src/net/xml.ts';
import { readCib } from '../../src/resources/cib-tree.ts';

/**
 * What a document is made of, without the data in it: its lines, the word that each begins with, what is quoted as one
 * word, braces, elements and attributes. Two documents of one skeleton say the same things about other data.
 */
export function skeleton(path: string, content: string): string {
  if (path === 'cib' || path.endsWith('/cluster.conf')) return xml(content);
  return content.split('\n').map(lineSkeleton).join('\n');
}

function lineSkeleton(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '""').replace(/'[^']*'/g, "''");
  const [, indent = '', first = ''] = /^(\s*)(\S*)/.exec(bare) ?? [];
  const marks = bare.replace(/[^{}"#!]/g, '');
  return `${indent}${first.replace(/=.*/, '=')} ${marks}`;
}

function xml(content: string): string {
  const shape = (elements: readonly XmlElement[]): unknown =>
    elements.map(({ name, attributes, children }) => [name, Object.keys(attributes), shape(children)]);
  return JSON.stringify(shape(readCib(content)));
}
