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
