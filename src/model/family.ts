/**
 * The families of hosts, which the probe recognizes:
 * debian (12 and later), rhel7 (RHEL 7 and later and its kin), rhel6 (sysvinit, chkconfig, network-scripts).
 */
export const families = ['debian', 'rhel7', 'rhel6'] as const;

export type Family = (typeof families)[number];
