import type { Command } from '../shell/quote.ts';
import type { RunAction } from './kind.ts';

/** The place of each kind's actions within a stage: ARP is suppressed before a real server has the VIP, the table comes before the VIP. */
export const orders = {
  prepare: {
    handOver: 5,
    package: 10,
    module: 20,
    file: 30,
    enable: 33,
    reload: 35,
    link: 38,
    sysctl: 40,
    filter: 45,
    clusterLeft: 47,
    daemon: 48,
    // Edits that raise weights come before edits that lower them, so that a service always has a real server.
    scheduler: 49,
    table: 50,
    lessWeight: 51,
    drained: 52,
    sync: 55,
    mount: 58,
    claims: 59,
    address: 60,
    accepted: 61,
    route: 65,
    rule: 70,
    unit: 80,
    cluster: 85,
  },
  retire: {
    drain: 10,
    drained: 11,
    cluster: 12,
    daemon: 15,
    rule: 20,
    route: 25,
    address: 30,
    sync: 35,
    mount: 37,
    table: 40,
    filter: 45,
    unit: 50,
    sysctl: 60,
    link: 65,
    file: 70,
    reload: 75,
    package: 80,
  },
} as const;

export type PrepareOrder = keyof (typeof orders)['prepare'];
type RetireOrder = keyof (typeof orders)['retire'];

/** The place of an action among those of a transaction. */
export type At =
  | { readonly stage: 'prepare'; readonly of: PrepareOrder }
  | { readonly stage: 'retire'; readonly of: RetireOrder };

/** A command to run, at its kind's place. */
export function run(
  at: At,
  title: string,
  commands: readonly Command[],
  undo: readonly Command[] = [],
  needs: readonly string[] = [],
): RunAction {
  const order = at.stage === 'prepare' ? orders.prepare[at.of] : orders.retire[at.of];
  return { do: 'run', stage: at.stage, order, title, commands, undo, afterUndo: [], needs };
}

/** The place of an action of a kind that is both added and removed. */
export function placeOf(
  retiring: boolean,
  of: PrepareOrder & RetireOrder,
): { stage: 'prepare'; of: PrepareOrder } | { stage: 'retire'; of: RetireOrder } {
  return retiring ? { stage: 'retire', of } : { stage: 'prepare', of };
}
