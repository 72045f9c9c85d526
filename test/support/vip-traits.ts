import { type HostPlan, isReady } from '../../src/plan/plan.ts';
import type { AddressResource } from '../../src/resources/address.ts';
import type { Resource } from '../../src/resources/index.ts';
import { change, prepares, write } from './changes.ts';
import { changes, givesUp, ready, takes, type Trait, vip } from './plans.ts';

/* What directors do with VIPs that move between them, as the plan knows it: by resources and manifests. */

/** A director gives up a VIP that it has by its manifest. */
export const handsOver =
  (address = vip): Trait =>
  (each) =>
    leaves(givesUp(address)(each), { ...raised(address), want: 'present', announce: true });

/** A director is to raise a VIP. */
export const takesOver =
  (address = vip): Trait =>
  (each) =>
    ready(takes(address)(each), ({ resources, comes = [] }) => ({
      resources: [...resources, { ...raised(address), want: 'present' as const, announce: true as const }],
      comes: [...comes, `address:${address} eth0`],
    }));

/** A director whose engine is to have a VIP from now on, with those of others: the engine is started. */
export const engineTakes =
  (address = vip): Trait =>
  (each) =>
    ready(startsEngine(each), ({ resources, comes = [] }) => ({
      resources: [...resources, { ...raised(address), want: 'floating' as const }],
      comes: [...comes, `address:${address} eth0`],
    }));

/** A director whose engine has a VIP no more. */
export const engineGives =
  (address = vip): Trait =>
  (each) =>
    leaves(givesUp(address)(each), { ...raised(address), want: 'floating' });

/** A director has a VIP, and keeps it. */
export const hasVip =
  (address = vip): Trait =>
  (each) =>
    ready(each, ({ resources }) => ({
      resources: [...resources, { ...raised(address), want: 'present' as const, announce: true as const }],
    }));

const raised = (address: string): Pick<AddressResource, 'kind' | 'address' | 'prefix' | 'interface'> => ({
  kind: 'address',
  address,
  prefix: 32,
  interface: 'eth0',
});

const engine: Resource = {
  kind: 'unit',
  name: 'keepalived',
  enabled: true,
  running: true,
  owns: true,
  watches: [{ path: '/etc/keepalived/keepalived.conf', action: 'reload' }],
};

function startsEngine(each: HostPlan): HostPlan {
  if (isReady(each) && each.state.resources.includes(engine)) return each;
  const path = '/etc/keepalived/keepalived.conf';
  const started = changes(
    change(`file:${path}`, 'add', write(path)),
    change('unit:keepalived', 'add', prepares('unit')),
  );
  return ready(started(each), ({ resources }) => ({ resources: [...resources, engine] }));
}

function leaves(each: HostPlan, resource: AddressResource): HostPlan {
  const id = `address:${resource.address} ${resource.interface}`;
  return ready(each, ({ leaving }) => ({ leaving: { ...leaving, [id]: { resource, before: {} } } }));
}
