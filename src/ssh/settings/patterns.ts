const made = new Map<string, RegExp>();

/** A pattern of ssh_config(5) or sshd(8), with `*` and `?`, for a whole text. */
function wildcard(pattern: string): RegExp {
  const present = made.get(pattern);
  if (present !== undefined) return present;
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${text}$`, 's');
  made.set(pattern, expression);
  return expression;
}

/** True if the text fits one of these patterns, and none of those with a `!` before them. */
export function matchesOne(patterns: readonly string[], text: string): boolean {
  const fits = (pattern: string): boolean =>
    isPlain(pattern) ? pattern === text : wildcard(pattern).test(text);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

/** True for a name, and false for a pattern. */
export function isPlain(pattern: string): boolean {
  return !/[*?!]/.test(pattern);
}

/** A pattern of glob(7) for the name of a file: only a dot in the pattern fits a dot at the beginning. */
export function glob(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('[!', '[^')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern.startsWith('.') ? '' : '(?!\\.)'}${text}$`, 's');
}
