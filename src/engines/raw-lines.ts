/** Raw lines: text of an inventory in an engine's own language, which its document has as it is. */

/**
 * The lists of several clusters as one. In each list order and repetition mean something, so it is kept whole; only a line, or
 * a block, that an earlier list has as often already is left out.
 */
export function joined(lists: readonly (readonly string[])[]): readonly string[] {
  const written = new Map<string, number>();
  return lists.flatMap((list) => {
    const own = new Map<string, number>();
    const news = items(list).filter((item) => {
      const key = item.map((line) => line.trim()).join('\n');
      const count = (own.get(key) ?? 0) + 1;
      own.set(key, count);
      return count > (written.get(key) ?? 0);
    });
    for (const [key, count] of own) written.set(key, Math.max(count, written.get(key) ?? 0));
    return news.flat();
  });
}

/** The lines of a list, with each block from its first line to its last one as one item. */
function items(list: readonly string[]): string[][] {
  const found: string[][] = [];
  let depth = 0;
  for (const [index, line] of list.entries()) {
    // A brace may also begin the line after the block's name.
    if (depth > 0 || (index > 0 && line.trim().startsWith('{'))) found.at(-1)!.push(line);
    else found.push([line]);
    depth = Math.max(0, depth + bracesIn(line));
  }
  return found;
}

/** How many blocks a line opens, less those that it closes. A brace within quotes or in a comment is none. */
export function bracesIn(line: string): number {
  const code = line.replaceAll(/"(?:\\.|[^"\\])*"/g, '').replace(/(^|\s)[#!].*$/, '');
  return code.split('{').length - code.split('}').length;
}
