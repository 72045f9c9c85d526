import type { Component } from '../components/component.ts';
import type { EnginePackage, FailoverFacts, HealthFacts } from './facts-shape.ts';

/** A daemon, or a set of them, that watches real servers, moves VIPs, or does both. */
export interface Engine {
  /** Its name in the inventory. */
  readonly name: string;
  /** Undefined for one that does not watch real servers. */
  readonly health?: HealthFacts;
  /** Undefined for one that does not move VIPs. */
  readonly failover?: FailoverFacts;
  readonly packages: readonly EnginePackage[];
  /** The resources of a director for it, beside its packages; none on a host whose clusters do not use it. */
  readonly resources: Component;
}
