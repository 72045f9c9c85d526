import type { Drain } from '../model/cluster.ts';
import { listName, readable } from '../model/service-key.ts';
import type { Command } from '../shell/quote.ts';
import { destinationKey, type TableDestination, type TableService } from './ipvs-table.ts';
import {
  describe,
  describeOptions,
  destinationDifferences,
  destinationWords,
  optionDifferences,
  type ServiceOptions,
  serviceWords,
} from './ipvs-words.ts';
import {
  type Action,
  commonLimit,
  type Context,
  type Detail,
  run,
  type RunAction,
  type Verb,
} from './kind.ts';

export interface WantedDestination extends TableDestination {
  /** The real server's name. */
  readonly server: string;
}

/** Collects the edits of one service: each with its undo, in an order in which no client is refused. */
export class Edits {
  /** `serviceKey`, and its words. */
  readonly #id: string;
  readonly #key: readonly string[];
  readonly #drain: Drain;
  readonly #context: Context;
  readonly #name: string;
  readonly #details: Detail[] = [];
  readonly #actions: Action[] = [];
  readonly #interrupts: string[] = [];
  readonly #notes: string[] = [];

  constructor(key: string, drain: Drain, context: Context) {
    this.#id = key;
    this.#key = key.split(' ');
    this.#drain = drain;
    this.#context = context;
    this.#name = readable(key);
  }

  result(): { details: Detail[]; actions: Action[]; interrupts: string[] } {
    return { details: this.#details, actions: this.#actions, interrupts: this.#interrupts };
  }

  /** What is worth a word and changes nothing. */
  get note(): string | undefined {
    return this.#notes.length === 0 ? undefined : this.#notes.join('; ');
  }

  addService(want: ServiceOptions): void {
    this.#details.push({ verb: 'add', text: describeOptions(want).join(', ') });
    const undo = ['absent', 'ipvsadm', '-D', ...this.#key];
    const edit = ['unrefused', ...this.#service('-E', want)];
    this.#table('add', `add ${this.#name}`, this.#service('-A', want), undo, [], edit);
  }

  editService(want: ServiceOptions, has: ServiceOptions): void {
    const differences = optionDifferences(want, has);
    if (differences.length === 0) return;
    for (const text of differences) this.#details.push({ verb: 'change', text });
    const quietly = want.scheduler === has.scheduler ? [] : ['unrefused'];
    const [edit, undo] = [want, has].map((each) => [...quietly, ...this.#service('-E', each)]);
    this.#table('change', `edit ${this.#name}`, edit!, undo!);
  }

  addDestination(want: WantedDestination): void {
    this.#details.push({ verb: 'add', text: `${describe(want, want.server)} weight ${want.weight}` });
    const undo = ['absent', 'ipvsadm', '-d', ...this.#key, '-r', destinationKey(want)];
    const title = `add ${want.server} to ${this.#name}`;
    const [add, edit] = [this.#destination('-a', want), this.#destination('-e', want)];
    this.#table('add', title, add, undo, [want.server], edit);
  }

  editDestination(wanted: WantedDestination, has: TableDestination): void {
    const want = this.#context.keepWeights ? { ...wanted, weight: has.weight } : wanted;
    if (wanted.weight !== want.weight) {
      this.#notes.push(
        `${want.server} keeps weight ${has.weight} in ${this.#name}; the inventory says ${wanted.weight}`,
      );
    }
    const differences = destinationDifferences(want, has);
    if (differences.length === 0) return;
    for (const text of differences) this.#details.push({ verb: 'change', text: `${want.server} ${text}` });
    const undo = this.#destination('-e', has);
    this.#table('change', `edit ${want.server} in ${this.#name}`, this.#destination('-e', want), undo);
  }

  removeDestination(has: TableDestination): void {
    this.#details.push({ verb: 'remove', text: describe(has, has.address) });
    this.drain(has, has.address);
    const at = { stage: 'retire', of: 'table' } as const;
    const remove = ['absent', 'ipvsadm', '-d', ...this.#key, '-r', destinationKey(has)];
    const back = ['ensure', ...this.#destination('-a', has)];
    this.#push('remove', run(at, `remove ${destinationKey(has)} from ${this.#name}`, [remove], [back]));
  }

  /** Gives a real server its time; where an engine takes it out afterwards, that is before it hears of it. */
  drain(has: TableDestination, server: string, stage: 'prepare' | 'retire' = 'retire'): void {
    const { timeout, connections } = this.#drain;
    // With its engine it may have gone.
    const edit = (weight: number): Command => [
      ...(this.#context.fromEngine ? ['absent'] : []),
      ...this.#destination('-e', { ...has, weight }),
    ];
    const wait = ['drained', destinationKey(has), String(timeout), String(connections), ...this.#key];
    const at = stage === 'retire' ? ({ stage, of: 'drain' } as const) : ({ stage, of: 'table' } as const);
    const action = run(at, `drain ${server} of ${this.#name}`, [edit(0), wait], [edit(has.weight)]);
    this.#push('remove', { ...action, limit: timeout + commonLimit });
    const active = this.#context.connections.get(`${listName(this.#id)} ${destinationKey(has)}`);
    const now = active === undefined ? '' : `${active} ${active === 1 ? 'connection' : 'connections'}, `;
    const few = connections === 0 ? '' : ` or until ${connections} are left`;
    this.#interrupts.push(`drain ${server} of ${this.#name}: ${now}at most ${timeout} s${few}`);
  }

  dropService(has: TableService): void {
    const at = { stage: 'retire', of: 'table' } as const;
    const back = has.destinations.map((each) => ['ensure', ...this.#destination('-a', each)]);
    const undo = [['ensure', ...this.#service('-A', has)], ...back];
    this.#push('remove', run(at, `remove ${this.#name}`, [['absent', 'ipvsadm', '-D', ...this.#key]], undo));
  }

  /** `edit` is what makes it so where an engine that has gone left it there. */
  #table(
    verb: Verb,
    title: string,
    command: Command,
    undo: Command,
    needs: readonly string[] = [],
    edit?: Command,
  ): void {
    const left = this.#context.fromEngine && edit !== undefined;
    const commands = left ? [['ensure', ...command], edit] : [command];
    this.#push(verb, run({ stage: 'prepare', of: 'table' }, title, commands, [undo], needs));
  }

  #push(verb: Verb, action: RunAction): void {
    this.#actions.push({ ...action, verb });
  }

  /** Every attribute is named: an edit sets those that it leaves out to their defaults (measured). */
  #service(verb: '-A' | '-E', options: ServiceOptions): Command {
    return ['ipvsadm', verb, ...this.#key, ...serviceWords(options)];
  }

  #destination(verb: '-a' | '-e', destination: TableDestination): Command {
    return ['ipvsadm', verb, ...this.#key, ...destinationWords(destination)];
  }
}
