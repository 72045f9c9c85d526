import { prove, versions } from './failover.ts';

/** keepalived with more to move than one VIP; keepalived.test.ts tells the whole of it. */
prove(
  { name: 'keepalived-gateway', versions: versions('keepalived'), slack: 8, brief: true },
  { name: 'keepalived-dual', versions: versions('keepalived'), slack: 8, brief: true },
);
