/** The kernel's schedulers (ipvsadm(8), net/netfilter/ipvs): static ones first, then dynamic, then the newer ones. */
export const schedulers: readonly string[] = [
  'rr',
  'wrr',
  'sh',
  'dh',
  'lc',
  'wlc',
  'sed',
  'nq',
  'lblc',
  'lblcr',
  'fo',
  'ovf',
  'mh',
];

/** Scheduler flags (ipvsadm -b), and the one scheduler that each is for. */
export const schedulerFlags: ReadonlyMap<string, string> = new Map([
  ['sh-fallback', 'sh'],
  ['sh-port', 'sh'],
  ['mh-fallback', 'mh'],
  ['mh-port', 'mh'],
]);

/** Persistence engines (ipvsadm --pe). */
export const engines = ['sip'] as const;
