/** What tells a machine from others, whatever the inventory calls it. */
export interface Machine {
  /** /etc/machine-id; undefined where the host has none (RHEL 6). */
  readonly id?: string;
  /** The fingerprint of the host key by which it was last met over SSH: `SHA256:...`. */
  readonly key?: string;
}

/**
 * True where both are one machine or clones of one, false where they are two, undefined where that cannot be told:
 * the machine-id decides, and the host key where one of them has none.
 */
export function sameMachine(one: Machine, other: Machine): boolean | undefined {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id;
  if (one.key !== undefined && other.key !== undefined) return one.key === other.key;
  return undefined;
}

/**
 * True where both are one machine by the host key, which SSH has proved; a machine-id is what a host says of itself.
 * Where both have a machine-id as well, that agrees.
 */
export function isProvenSame(one: Machine, other: Machine): boolean {
  return one.key !== undefined && one.key === other.key && sameMachine(one, other) === true;
}

/** As people read it. */
export function machineText({ id, key }: Machine): string {
  return id === undefined ? `host key ${key ?? 'unknown'}` : `machine-id ${id}`;
}
