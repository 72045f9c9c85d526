import { commonChecks } from '../common-checks.ts';
import type { EnginePackage, HealthFacts } from '../facts-shape.ts';

const path = /^\//;
const web = ['port', 'request', 'expect', 'status', 'host', 'method'] as const;

export const packages: readonly EnginePackage[] = [
  { name: 'curl', unless: 'curl' },
  // Every RHEL host has it.
  { name: { debian: 'iputils-ping' }, unless: 'ping' },
];

/** Our own script, which uses ping, curl, and the commands that a check names. */
export const health: HealthFacts = {
  checks: {
    ...commonChecks,
    http: web,
    https: web,
    smtp: ['port'],
    ftp: ['port'],
    imap: ['port'],
    pop: ['port'],
    nntp: ['port'],
    submission: ['port'],
  },
  texts: { http: { request: path }, https: { request: path } },
  lacks: [],
  mail: false,
};
