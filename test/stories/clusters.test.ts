import { prove, versions } from './failover.ts';

/** The cluster managers in short, for every run; heartbeat.test.ts and pacemaker.test.ts tell it all. */
prove(
  {
    name: 'heartbeat',
    versions: versions('heartbeat', 'ldirectord', 'ipvsadm'),
    slack: 60,
    brief: true,
  },
  {
    name: 'pacemaker',
    versions: versions('corosync', 'pacemaker', 'ldirectord', 'ipvsadm'),
    slack: 90,
    failover: { agent_timeout: 300 },
    brief: true,
  },
);
