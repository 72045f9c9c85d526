import { prove, versions } from './failover.ts';

prove({ name: 'heartbeat', versions: versions('heartbeat', 'ldirectord', 'ipvsadm'), slack: 60 });
