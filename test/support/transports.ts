/** Both ways to speak SSH: what holds for one holds for the other. */
export const transports = ['builtin', 'openssh'] as const;
