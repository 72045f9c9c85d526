import type { RosterEntry } from './observe/manifest.ts';

/** A host as the port reaches it. */
export interface Target {
  readonly name: string;
  readonly ssh: RosterEntry['ssh'];
}

/** Why a host gave no answer; the message says it to people, with what to do. */
export class HostFailure extends Error {
  override readonly name: string = 'HostFailure';
}

/** The one way to hosts: real ones over SSH, or simulated ones. */
export interface Hosts {
  /**
   * Runs a POSIX shell script as root and gives what it printed on standard output, one byte in each character
   * (latin1). Throws HostFailure where the host cannot be reached, or the script did not run to its end.
   */
  readonly run: (target: Target, script: string) => Promise<string>;
  /** As `run`, over a connection of its own, made anew: proof that the host can be reached now. */
  readonly runAnew: (target: Target, script: string) => Promise<string>;
  /** Says that nothing more is to be run on the host. */
  readonly release: (target: Target) => void;
}

/** Time and chance, from outside. */
export interface Clock {
  readonly now: () => Date;
  /** Lower-case hexadecimal digits that nobody can guess. */
  readonly random: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}
