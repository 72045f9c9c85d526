import type { Command } from '../shell/quote.ts';
import type { Family } from '../model/family.ts';
import type { Text } from '../model/secret.ts';
import type { Answer } from '../shell/answer.ts';
import type { Shape } from './shape.ts';

/** What a change does to the host, as people read it: + ~ -. */
export type Verb = 'add' | 'change' | 'remove';

/** One line of a change, or two texts to be shown as a unified diff. */
export type Detail =
  | { readonly verb: Verb; readonly text: string }
  | { readonly path: string; readonly before: string; readonly after: string };

/**
 * When an action is taken. Everything that makes a host ready is done before anybody depends on it (prepare);
 * everything that takes something away is done after nobody does any more (retire). In between a director raises the
 * VIPs that other directors give up for it: a kind knows nothing of that, `plan/taking.ts` does.
 */
export type Stage = 'prepare' | Taking | 'retire';
/** VIPs of several directors are taken from each by itself, and in the end what goes with all of them. */
export type Taking = 'take' | `take from ${string}`;

export function isTaking(stage: string): stage is Taking {
  return stage === 'take' || stage.startsWith('take from ');
}

export function isStage(text: string): text is Stage {
  return text === 'prepare' || text === 'retire' || isTaking(text);
}

interface Placed {
  readonly stage: Stage;
  /** Place within the stage, lowest first; see `orders`. */
  readonly order: number;
}

export interface WriteAction extends Placed {
  readonly do: 'write';
  readonly path: string;
  readonly content: Text;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Commands by which a daemon or a shell checks the staged file before it replaces the old one. */
  readonly check: Command | undefined;
  /** True where what stood there before us has to be kept for a later destroy. */
  readonly keepOriginal: boolean;
}

export interface RestoreAction extends Placed {
  /** Brings back the file that was there before us. */
  readonly do: 'restore';
  readonly path: string;
}

export interface RemoveAction extends Placed {
  readonly do: 'remove';
  readonly path: string;
}

export interface RunAction extends Placed {
  readonly do: 'run';
  readonly title: string;
  /** Where it is another than that of the whole change: one real server leaves a service that stays. */
  readonly verb?: Verb;
  readonly commands: readonly Command[];
  /** Undoes the commands, wholly or partly done. Empty where there is nothing to undo. */
  readonly undo: readonly Command[];
  /** What has to be done once the files are back as they were, too. */
  readonly afterUndo: readonly Command[];
  /** True where this may cut off our own way to the host: it is taken back unless it is confirmed over a new connection. */
  readonly risky?: true;
  /** Hosts that must be ready before this is done. */
  readonly needs: readonly string[];
  /**
   * Of an action with one command and at most one undo: neighbours whose commands begin with the same so many words are
   * one step, which has the words after them of all, and is undone in the opposite order.
   */
  readonly joins?: number;
  /** Seconds for which it may wait for connections to end. Its limit comes on top of them. */
  readonly waits?: number;
  /** Seconds after which it is ended, where that is not the limit of its kind. */
  readonly limit?: number;
}

export type Action = WriteAction | RestoreAction | RemoveAction | RunAction;

export interface Change {
  /** The resource's id. */
  readonly id: string;
  readonly verb: Verb;
  readonly title: string;
  readonly details: readonly Detail[];
  readonly actions: readonly Action[];
  /** What users of the cluster will notice. */
  readonly interrupts: readonly string[];
  /** Of a service that stays: how many real servers take new connections now, and then. */
  readonly serving?: { readonly before: number; readonly after: number };
  /** What a file about traffic says that lvsform did not write, and that ours does not say: it goes with the file. */
  readonly loses?: readonly string[];
}

/** What a kind finds when it holds a wanted resource against what the host has. */
export interface Comparison {
  readonly change?: Change;
  /** Why nothing can be done on this host until a person has seen to it. */
  readonly blocker?: string;
  /** Something to say that needs no change. */
  readonly note?: string;
}

export interface Context<O = unknown> {
  readonly family: Family;
  /** True where the resource is on its way out. */
  readonly retiring: boolean;
  /** Paths of the files that this plan changes. */
  readonly changedFiles: ReadonlySet<string>;
  /**
   * True where an engine brought the resource about that will have stopped by the time of our turn. Until then it may
   * come and go, so what is to be done must not depend on whether it is there now.
   */
  readonly fromEngine: boolean;
  /** True where something goes on that an engine has, or had: who goes stops first, or it would take it along. */
  readonly changesHands: boolean;
  /** True where weights that somebody changed at run time stay. */
  readonly keepWeights: boolean;
  /** Active connections now, by `TCP SERVICE DESTINATION`. */
  readonly connections: ReadonlyMap<string, number>;
  /** What was there before lvsform; undefined where the resource is not ours yet. */
  readonly before?: O;
}

/** Seconds after which a step is ended that asks the kernel for something. */
export const commonLimit = 120;

/** Seconds after which a step is ended that writes files, and lets daemons check them. */
export const fileLimit = 600;

/**
 * How a resource that does not outlive a reboot comes back: in the words with which a transaction brings it about and
 * takes it away. Everything is taken down in the opposite order.
 */
export interface Boot {
  /** Its place among others. */
  readonly of: PrepareOrder;
  /** Only done where `isUp` fails. */
  readonly up: readonly Command[];
  /** Empty where nothing can be taken away. */
  readonly down: readonly Command[];
  /** Succeeds where the resource is as `compare` wants it. */
  readonly isUp: Command;
  /**
   * True where `up` replaces what is there: the way back needs no `down`, and what is there stays where the former state
   * is not known. Then `down` is one command at most.
   */
  readonly replaces?: true;
}

/**
 * A kind of resource: the only place that knows how it is read, compared and changed.
 * `R` is the wanted resource, `O` what a host has of it; both are plain data that survive JSON.
 */
export interface Kind<R, O> {
  readonly kind: string;
  /** What its data look like: nothing that a host or a manifest says is used before it fits. */
  readonly shape: Shape<R, O>;
  /** True where what was done stays done: a loaded module is not unloaded again, others may use it by then. */
  readonly lasting?: true;
  /** Seconds after which a step of this kind is ended: far more than it ever needs. `commonLimit` where it is left out. */
  readonly limit?: number;
  /** What distinguishes the resource from others of its kind. */
  readonly key: (resource: R) => string;
  /** Shell text that prints what the host has of these resources. Only called with at least one. */
  readonly probe: (resources: readonly R[], family: Family) => string;
  /** What the probe printed, as one observation for each resource, in their order. */
  readonly parse: (answer: Answer, resources: readonly R[]) => O[];
  readonly compare: (wanted: R, observed: O, context: Context<O>) => Comparison;
  /** The resource that brings back what was there before us; undefined where nothing needs to be brought back. */
  readonly restore: (managed: R, before: O) => R | undefined;
  /** How it comes back after a reboot, where it does not by itself; undefined for one that somebody else looks after. */
  readonly boot?: (resource: R) => Boot | undefined;
  /** What the host has of this kind beside these resources, where that is worth a word. */
  readonly others?: (answer: Answer, resources: readonly R[]) => string[];
}

/** The place of each kind's actions within a stage: a real server is quiet before it has the VIP, a table is there before the VIP is. */
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
    // Real servers that take more come before those that take less: at no moment is there nobody.
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

type PrepareOrder = keyof (typeof orders)['prepare'];
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

/** The place of an action of a kind that is both added and taken away. */
export function placeOf(
  retiring: boolean,
  of: PrepareOrder & RetireOrder,
): { stage: 'prepare'; of: PrepareOrder } | { stage: 'retire'; of: RetireOrder } {
  return retiring ? { stage: 'retire', of } : { stage: 'prepare', of };
}
