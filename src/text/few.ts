/** How many names one line has. */
const some = 5;

/** The first of several, and how many others there are. */
export function few(names: readonly string[]): string {
  return names.length <= some + 1
    ? names.join(', ')
    : `${names.slice(0, some).join(', ')} and ${names.length - some} more`;
}
