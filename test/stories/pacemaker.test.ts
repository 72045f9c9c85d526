import { prove, versions } from './failover.ts';

prove({
  name: 'pacemaker',
  versions: versions('corosync', 'pacemaker', 'ldirectord', 'ipvsadm'),
  slack: 90,
  failover: { agent_timeout: 300 },
});
