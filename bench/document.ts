const begin = (name: string): string => `<!-- bench: ${name} -->`;
const end = (name: string): string => `<!-- end of bench: ${name} -->`;

/** A document with the text between the markers of a section replaced. Throws where the markers are not there. */
export function replaceSection(document: string, name: string, text: string): string {
  const from = document.indexOf(begin(name));
  const to = document.indexOf(end(name));
  if (from < 0 || to < from) throw new Error(`the document has no place for the section ${name}`);
  return `${document.slice(0, from)}${begin(name)}\n${text.trim()}\n${document.slice(to)}`;
}
