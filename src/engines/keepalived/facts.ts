import type { FailoverFacts, HealthFacts } from '../facts-shape.ts';

const web = ['port', 'request', 'expect', 'status', 'host'] as const;

/** keepalived.conf(5). */
export const health: HealthFacts & { readonly pause: number } = {
  checks: {
    none: [],
    ping: [],
    tcp: ['port'],
    http: web,
    https: web,
    smtp: ['port', 'host'],
    dns: ['port', 'request', 'record'],
    udp: ['port', 'request', 'expect'],
    script: ['port', 'run'],
    file: ['run'],
    bfd: ['run'],
  },
  // Its delay_before_retry.
  pause: 1,
};

export const failover: FailoverFacts = {
  // VRRP does without a key unless one is given, and it is no protection there (RFC 5798, 9).
  defaults: { interval: 1, deadIntervals: 3, key: false },
  starts: [],
};
