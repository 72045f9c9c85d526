import * as cman from './cman/facts.ts';
import type { DocumentLanguage, FailoverFacts, HealthFacts } from './facts-shape.ts';
import * as heartbeat from './heartbeat/facts.ts';
import * as keepalived from './keepalived/facts.ts';
import * as ldirectord from './ldirectord/facts.ts';
import * as monitor from './monitor/facts.ts';
import * as pacemaker from './pacemaker/facts.ts';

/**
 * The facts of each engine, by its name in inventories. The vocabulary of inventories and manifests is made from them, so they
 * import no code; the code that makes an engine's resources is in `index.ts`. Hints name engines in this order.
 */
export const healthFacts = {
  keepalived: keepalived.health,
  ldirectord: ldirectord.health,
  monitor: monitor.health,
} as const satisfies Readonly<Record<string, HealthFacts>>;

export const failoverFacts = {
  keepalived: keepalived.failover,
  heartbeat: heartbeat.failover,
  pacemaker: pacemaker.failover,
  cman: cman.failover,
} as const satisfies Readonly<Record<string, FailoverFacts>>;

/** The languages of the engines' documents, by the name of each document. */
export const documentFacts = {
  ...keepalived.documents,
  ...ldirectord.documents,
  ...pacemaker.documents,
  ...heartbeat.documents,
  ...cman.documents,
} as const satisfies Readonly<Record<string, DocumentLanguage>>;
