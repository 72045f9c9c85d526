import { prove, versions } from './failover.ts';

prove(
  { name: 'keepalived', versions: versions('keepalived', 'ipvsadm'), slack: 8 },
  { name: 'monitor', versions: versions('ipvsadm', 'dash', 'curl'), slack: 8 },
  { name: 'ldirectord', versions: versions('ldirectord', 'ipvsadm'), slack: 30 },
);
