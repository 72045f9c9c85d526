import { hostScript } from '../shell/script.ts';
import type { Finding } from './finding.ts';

/** The least and the most seconds by which a host's clock is ahead of ours (negative: behind). */
export interface Offset {
  readonly host: string;
  readonly least: number;
  readonly most: number;
  /** True where two answers contradict one another: one of both clocks was set in between. */
  readonly moved?: true;
}

export const sayClock = 'say clock\ndate +%s.%N';

export function clockScript(frame: string): string {
  return hostScript(frame, sayClock);
}

export interface ClockAnswer {
  readonly sent: number;
  readonly got: number;
  /** Seconds since 1970, with a fraction. */
  readonly said: string;
}

/**
 * `sent` and `got` are the milliseconds of our clock around the question. Several answers together tell more than each of
 * them; where they contradict one another, the last one counts.
 */
export function offsetOf(host: string, answers: readonly ClockAnswer[]): Offset | undefined {
  const spans = answers.flatMap(({ sent, got, said }) => {
    const theirs = Number(said.trim());
    return said.trim() === '' || !Number.isFinite(theirs)
      ? []
      : [{ host, least: theirs - got / 1000, most: theirs - sent / 1000 }];
  });
  const last = spans.at(-1);
  if (last === undefined) return undefined;
  const least = Math.max(...spans.map((span) => span.least));
  const most = Math.min(...spans.map((span) => span.most));
  return least <= most ? { host, least, most } : { ...last, moved: true };
}

/** Any two clocks must differ by less than a second. */
export function judgeClocks(offsets: readonly Offset[]): Finding[] {
  if (offsets.length < 2) return [];
  const moved = offsets.filter((offset) => offset.moved);
  if (moved.length > 0) return [unsteady(moved.map(({ host }) => host))];
  const pairs = offsets.flatMap((a, index) =>
    offsets.slice(index + 1).map((b) => ({ a, b, ...apart(a, b) })),
  );
  const wrong = pairs.filter(({ least }) => least >= 1);
  const widest = pairs.reduce((most, pair) => Math.max(most, pair.most), 0);
  if (wrong.length > 0) {
    return [
      {
        check: 'clocks',
        sound: 'no',
        text: 'clocks differ by a second or more',
        details: wrong.map(({ a, b, least }) => `${a.host} and ${b.host}: at least ${least.toFixed(1)} s`),
        hint: 'give the cluster time servers (time: { servers: [...] }) and apply',
      },
    ];
  }
  const text = `the clocks of ${offsets.length} hosts differ by at most ${widest.toFixed(2)} s`;
  if (widest < 1) return [{ check: 'clocks', sound: 'yes', text, details: [] }];
  const details = ['the hosts answered too slowly to measure it more exactly'];
  return [{ check: 'clocks', sound: 'unsure', text, details }];
}

/** A clock that is set while clocks are compared makes every comparison worthless. */
function unsteady(hosts: readonly string[]): Finding {
  return {
    check: 'clocks',
    sound: 'unsure',
    text: 'clocks were not compared, since one was set while they were read',
    details: [`seen on ${hosts.join(', ')}: two answers contradict one another`],
    hint: 'wait until time synchronisation has settled, and verify again',
  };
}

function apart(a: Offset, b: Offset): { least: number; most: number } {
  return {
    least: Math.max(0, a.least - b.most, b.least - a.most),
    most: Math.max(a.most - b.least, b.most - a.least),
  };
}
