import type { Host } from '../model/cluster.ts';
import type { Target } from '../port.ts';
import type { HostPlan } from './plan.ts';

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

/** A host of a plan as the port reaches it; for one that has left, only a roster says how. */
export function plannedTarget({ host, ssh, departed }: Pick<HostPlan, 'host' | 'ssh' | 'departed'>): Target {
  return { name: host, ssh, ...(departed ? { hinted: true } : {}) };
}
