import type { Runs } from './in-turn.ts';
import { median, ratio, ratios, seconds } from './statistics.ts';

/** The heads of a comparison's columns: ours, the other's, the ratio of both, and the CPU of both clients. */
export const comparison = (other: string): string[] => ['lvsform', other, 'ratio', 'CPU, lvsform / other'];

/** The cells below them. */
export function compared(ours: Runs, other: Runs): string[] {
  return [
    wall(ours),
    wall(other),
    ratio(ratios(ours.wall, other.wall)),
    `${seconds(median(ours.cpu))} / ${seconds(median(other.cpu))}`,
  ];
}

export const wall = (runs: Runs): string => seconds(median(runs.wall));
