import type { Host } from '../model/cluster.ts';
import type { Target } from '../port.ts';

/** A host of the inventory as the port reaches it. */
export function targetOf({ name, ssh }: Host): Target {
  const { host, user, port, identity, sudo } = ssh;
  return {
    name,
    ssh: {
      host,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
      ...(identity === undefined ? {} : { identity }),
      sudo,
    },
  };
}
