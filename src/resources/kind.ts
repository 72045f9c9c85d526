import type { Command } from '../shell/quote.ts';
import type { Family } from '../model/family.ts';
import type { Text } from '../model/secret.ts';
import type { Answer } from '../shell/answer.ts';
import type { PrepareOrder } from './orders.ts';
import type { Shape } from './shape.ts';

/** What a change does to the host; plans show it as + ~ -. */
export type Verb = 'add' | 'change' | 'remove';

/** One line of a change, or two texts to be shown as a unified diff. */
export type Detail =
  | { readonly verb: Verb; readonly text: string }
  | { readonly path: string; readonly before: string; readonly after: string };

/**
 * When an action is done. Everything that makes a host ready is done before others depend on it (prepare); everything that
 * removes something is done once no other host depends on it (retire). In between, a director raises the VIPs that other
 * directors give up for it (take); kinds do not know that stage, only `plan/taking.ts` does.
 */
export type Stage = 'prepare' | Taking | 'retire';
/** VIPs of several directors are taken from each director separately; what belongs to all of them comes last. */
export type Taking = 'take' | `take from ${string}`;

export function isTaking(stage: string): stage is Taking {
  return stage === 'take' || stage.startsWith('take from ');
}

export function isStage(text: string): text is Stage {
  return text === 'prepare' || text === 'retire' || isTaking(text);
}

interface Placed {
  readonly stage: Stage;
  /** The place within the stage, lowest first; see `orders`. */
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
  /** True if the file that was there before us must be kept for a later destroy. */
  readonly keepOriginal: boolean;
}

export interface RestoreAction extends Placed {
  /** Restores the file that was there before us. */
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
  /** If it differs from that of the whole change: a real server leaves a service that remains. */
  readonly verb?: Verb;
  readonly commands: readonly Command[];
  /** Undoes the commands, even if they were done in part. Empty if there is nothing to undo. */
  readonly undo: readonly Command[];
  /** Commands that run once the files have been restored, too. */
  readonly afterUndo: readonly Command[];
  /** True if this may cut off our own connection: the host undoes it unless lvsform confirms it over a new connection. */
  readonly risky?: true;
  /** Hosts that must be ready before this is done. */
  readonly needs: readonly string[];
  /**
   * For an action with one command and at most one undo: neighbouring actions whose commands begin with the same words, this
   * many, become one step. Its command has the further words of all of them; its undo has them in the opposite order.
   */
  readonly joins?: number;
  /** Seconds that it may wait for connections to end, in addition to its limit. */
  readonly waits?: number;
  /** The stage at whose end these seconds begin, if the connections have been ending since then (`plan/draining.ts`). */
  readonly waitsFrom?: Stage;
  /** True for the weight 0 of a real server that leaves a service which remains, and for the wait after it. */
  readonly drains?: true;
  /** Seconds after which it is ended, if that is not the limit of its kind. */
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
  /** Of a service that remains: how many real servers take new connections now and afterwards. */
  readonly serving?: { readonly before: number; readonly after: number };
  /** What is lost with a file that lvsform did not write: its virtual services and so on that ours does not have. */
  readonly loses?: readonly string[];
}

/** The result of comparing a wanted resource with what the host has. */
export interface Comparison {
  readonly change?: Change;
  /** Why nothing can be done on this host before an operator has corrected something. */
  readonly blocker?: string;
  /** A note that needs no change. */
  readonly note?: string;
  /** Of a change with `serving`: how many real servers begin to take new connections by its actions of each verb. */
  readonly gains?: Readonly<Record<Verb, number>>;
}

export interface Context<O = unknown> {
  readonly family: Family;
  /** True if the resource is to be removed. */
  readonly retiring: boolean;
  /** Paths of the files that this plan changes. */
  readonly changedFiles: ReadonlySet<string>;
  /**
   * True if an engine made the resource, and that engine will have been stopped before this change. Until then the resource
   * may appear and disappear, so the change must not depend on whether it is there now.
   */
  readonly fromEngine: boolean;
  /** True if a remaining resource changes from or to an engine: the old engine is stopped first, so that it does not remove it. */
  readonly changesHands: boolean;
  /** True if weights that were changed at run time are kept. */
  readonly keepWeights: boolean;
  /** Active connections now, by `TCP SERVICE DESTINATION`. */
  readonly connections: ReadonlyMap<string, number>;
  /** What was there before lvsform; undefined if the resource is not ours yet. */
  readonly before?: O;
}

/** The limit in seconds of a step that changes a kernel setting. */
export const commonLimit = 120;

/** The limit in seconds of a step that writes files and lets daemons check them. */
export const fileLimit = 600;

/**
 * How a resource that does not outlive a reboot comes back: with the commands by which a transaction adds and removes it.
 * Everything is taken down in the opposite order.
 */
export interface Boot {
  /** Its place among others. */
  readonly of: PrepareOrder;
  /** Runs only if `isUp` fails, or always if `repeatable`. */
  readonly up: readonly Command[];
  /** Empty if nothing can be taken down. */
  readonly down: readonly Command[];
  /** Succeeds if the resource is as `compare` wants it. */
  readonly isUp: Command;
  /** True if `up` changes nothing where the resource is up, and costs less than `isUp`. */
  readonly repeatable?: true;
  /**
   * True if `up` replaces what is there: then restoring needs no `down`, and if the former state is not known, nothing is
   * changed. `down` is one command at most.
   */
  readonly replaces?: true;
}

/**
 * A kind of resource: the only place that knows how it is read, compared and changed.
 * `R` is the wanted resource, `O` what a host has of it; both are plain data that survive JSON.
 */
export interface Kind<R, O> {
  readonly kind: string;
  /** The shape of its data: nothing from a host or a manifest is used before it has been checked. */
  readonly shape: Shape<R, O>;
  /** True if a change is not undone: a loaded module is not unloaded, since others may use it by then. */
  readonly lasting?: true;
  /** Seconds after which a step of this kind is ended: far more than it ever needs. `commonLimit` if left out. */
  readonly limit?: number;
  /** What distinguishes the resource from others of its kind. */
  readonly key: (resource: R) => string;
  /** Shell text that prints what the host has of these resources; there is at least one. */
  readonly probe: (resources: readonly R[], family: Family) => string;
  /** Reads the probe's output: one observation for each resource, in their order. */
  readonly parse: (answer: Answer, resources: readonly R[]) => O[];
  readonly compare: (wanted: R, observed: O, context: Context<O>) => Comparison;
  /** The resource that restores what was there before us; undefined if nothing needs to be restored. */
  readonly restore: (managed: R, before: O) => R | undefined;
  /** How it comes back after a reboot, for a kind that does not by itself; undefined for a resource that an engine brings back. */
  readonly boot?: (resource: R) => Boot | undefined;
  /** Notes on what the host has of this kind beside these resources. */
  readonly others?: (answer: Answer, resources: readonly R[]) => string[];
}
