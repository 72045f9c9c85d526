/** What happens to a host: its power, its cables, its processor. */
export const powerVerbs = ['start', 'cut', 'plug', 'unplug', 'freeze', 'thaw'] as const;
export type PowerVerb = (typeof powerVerbs)[number];
