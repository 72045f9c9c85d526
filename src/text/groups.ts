/** Adds a value to the group of a key, in place: a copy of the group for each of its values would take quadratic time. */
export function addTo<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** Values by their keys, in their order; a value may have several keys. */
export function groupedBy<K, V>(values: readonly V[], keysOf: (value: V) => Iterable<K>): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) for (const key of keysOf(value)) addTo(groups, key, value);
  return groups;
}
