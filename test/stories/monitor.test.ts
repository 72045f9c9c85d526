import { prove, versions } from './failover.ts';

prove({ name: 'monitor', versions: versions('ipvsadm', 'dash', 'curl'), slack: 8 });
