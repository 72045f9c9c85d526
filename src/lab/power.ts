/** The verbs for a host's power, cables and processor. */
export const powerVerbs = ['start', 'cut', 'plug', 'unplug', 'freeze', 'thaw'] as const;
export type PowerVerb = (typeof powerVerbs)[number];
