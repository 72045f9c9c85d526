/** What identifies a machine, whatever its name in the inventory. */
export interface Machine {
  /** /etc/machine-id; undefined if the host has none (RHEL 6). */
  readonly id?: string;
  /** The fingerprint of the host key that it last showed over SSH: `SHA256:...`. */
  readonly key?: string;
}

/**
 * True if both are one machine or clones of one, false if they are two, undefined if that is not known: the machine-id
 * decides, or the host key if one of them has none.
 */
export function sameMachine(one: Machine, other: Machine): boolean | undefined {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id;
  if (one.key !== undefined && other.key !== undefined) return one.key === other.key;
  return undefined;
}

/**
 * True if both are one machine by the host key, which SSH has proved; a machine-id is only the host's own word. If both have
 * a machine-id as well, those must be equal.
 */
export function isProvenSame(one: Machine, other: Machine): boolean {
  return one.key !== undefined && one.key === other.key && sameMachine(one, other) === true;
}

/** A machine in words. */
export function machineText({ id, key }: Machine): string {
  return id === undefined ? `host key ${key ?? 'unknown'}` : `machine-id ${id}`;
}
