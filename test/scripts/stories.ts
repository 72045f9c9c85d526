/** A story of the lab: a file `test/stories/NAME.test.ts` with a machine of its own. */
export interface Story {
  readonly name: string;
  /** It needs the machine to itself: everything about it is slow enough. */
  readonly alone?: true;
}

/** What every turn tells: the life of a cluster. */
const always: readonly Story[] = [{ name: 'dr' }];

/**
 * The rest of what a change must pass, cut into turns of about the same length, the longest story first. Turns that
 * follow one another tell all of it.
 */
const turns: readonly (readonly Story[])[] = [
  [{ name: 'tunnels' }, { name: 'keepalived' }],
  [{ name: 'nat' }, { name: 'families' }],
  [{ name: 'vrrp' }, { name: 'marks' }],
  [{ name: 'ldirectord' }, { name: 'monitor' }, { name: 'content' }, { name: 'silent' }],
  [{ name: 'ownership' }, { name: 'moves' }, { name: 'clusters', alone: true }],
];

/** What only the whole lab tells: the cluster managers to their end, and from one engine to the next. */
const more: readonly Story[] = [{ name: 'pairs' }, { name: 'heartbeat' }, { name: 'pacemaker' }];

const short = [...always, ...turns.flat()];

/** The stories of a run of the lab by what it is called: `short`, `full`, `turn N` (any whole number), or one story. */
export function storiesOf(run: string): readonly Story[] | undefined {
  const [, turn] = /^turn (\d+)$/.exec(run) ?? [];
  if (turn !== undefined) return [...always, ...turns[Number(turn) % turns.length]!];
  if (run === 'short') return short;
  const all = [...short, ...more];
  // The whole of it has the cluster managers to their end, so not in short.
  if (run === 'full') return all.filter(({ name }) => name !== 'clusters');
  const one = all.find(({ name }) => name === run);
  return one === undefined ? undefined : [one];
}

/** The names of stories that a run leaves to others. */
export function leftOut(run: readonly Story[]): string[] {
  return short.filter(({ name }) => !run.some((told) => told.name === name)).map(({ name }) => name);
}
