import type { Host, Inventory } from '../model/cluster.ts';
import { type Answer, parseAnswer } from '../shell/answer.ts';
import { targetOf } from '../plan/target.ts';
import { type Clock, HostFailure, type Hosts } from '../port.ts';

export interface VerifyRequest {
  readonly inventory: Inventory;
  /** The selected hosts that can be reached. */
  readonly hosts: ReadonlySet<string>;
  /** How many requests each probe sends to each service; undefined for as many as prove the scheduler's promise. */
  readonly requests: number | undefined;
  readonly parallelism: number;
}

export interface Means {
  readonly hosts: Hosts;
  readonly clock: Clock;
  /** A line of progress. */
  readonly tell: (text: string) => void;
}

/** A host's answer, or why there is none. `within`: its limit in milliseconds, for a script that takes long. */
export async function ask(
  host: Host,
  script: (frame: string) => string,
  { hosts, clock }: Means,
  within: 'read' | number = 'read',
): Promise<Answer | HostFailure> {
  const frame = clock.random();
  try {
    return parseAnswer(await hosts.run(targetOf(host), script(frame), within), frame);
  } catch (error) {
    if (error instanceof HostFailure) return error;
    throw error;
  }
}
