import { prove, versions } from './failover.ts';

prove({ name: 'keepalived', versions: versions('keepalived', 'ipvsadm'), slack: 8 });
