import { prove, versions } from './failover.ts';

prove({ name: 'ldirectord', versions: versions('ldirectord', 'ipvsadm'), slack: 30 });
