import type { Drain } from '../model/cluster.ts';
import { listName, readable } from '../model/service-key.ts';
import type { Command } from '../shell/quote.ts';
import { drainWait } from './drain-wait.ts';
import { destinationKey, type TableDestination, type TableService } from './ipvs-table.ts';
import {
  describe,
  describeOptions,
  destinationDifferences,
  destinationWords,
  optionDifferences,
  type ServiceOptions,
  serviceWords,
  tableLine,
} from './ipvs-words.ts';
import type { Action, Context, Detail, RunAction, Verb } from './kind.ts';
import { type At, run } from './orders.ts';

export interface WantedDestination extends TableDestination {
  /** The real server's name. */
  readonly server: string;
}

/** Edits of the table in the words of `ipvsadm -R`: neighbours are joined, so that one process makes all of them. */
interface TableEdit {
  readonly at: At;
  /** The function that runs the edit. */
  readonly by?: Command;
  /** `edit_table` or `fit_table` (src/host/table.sh), and a line. */
  readonly edit: Command;
  /** The lines that make the table what it was, whatever part of the edit was made. */
  readonly undo: readonly string[];
  readonly needs?: readonly string[];
  readonly more?: Pick<RunAction, 'drains'>;
}

/** How a real server leaves. */
interface Leaving {
  /** The stage in which it is drained. */
  readonly stage: 'prepare' | 'retire';
  /** True if its service remains. */
  readonly remains?: true;
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
  #isNew = false;

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
    this.#isNew = true;
    this.#details.push({ verb: 'add', text: describeOptions(want).join(', ') });
    this.#make(`add ${this.#name}`, this.#service('-A', want), tableLine(['-D', ...this.#key]), []);
  }

  editService(want: ServiceOptions, has: ServiceOptions): void {
    const differences = optionDifferences(want, has);
    if (differences.length === 0) return;
    for (const text of differences) this.#details.push({ verb: 'change', text });
    const [edit, undo] = [this.#service('-E', want), this.#service('-A', has)];
    const isQuiet = want.scheduler !== has.scheduler;
    this.#push('change', `edit ${this.#name}`, {
      at: { stage: 'prepare', of: isQuiet ? 'scheduler' : 'table' },
      by: isQuiet ? ['unrefused'] : [],
      edit: ['edit_table', edit],
      undo: [undo],
    });
  }

  addDestination(want: WantedDestination): void {
    this.#details.push({ verb: 'add', text: `${describe(want, want.server)} weight ${want.weight}` });
    // A service that is removed takes its real servers along.
    const undo = this.#isNew ? undefined : this.#remove(want);
    this.#make(`add ${want.server} to ${this.#name}`, this.#destination('-a', want), undo, [want.server]);
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
    this.#push('change', `edit ${want.server} in ${this.#name}`, {
      at: { stage: 'prepare', of: want.weight < has.weight ? 'lessWeight' : 'table' },
      edit: ['edit_table', this.#destination('-e', want)],
      undo: [this.#destination('-a', has)],
    });
  }

  removeDestination(has: TableDestination): void {
    this.#details.push({ verb: 'remove', text: describe(has, has.address) });
    this.drain(has, has.address, { stage: 'retire', remains: true });
    this.#push('remove', `remove ${destinationKey(has)} from ${this.#name}`, {
      at: { stage: 'retire', of: 'table' },
      edit: ['fit_table', this.#remove(has)],
      undo: [this.#destination('-a', { ...has, weight: 0 })],
    });
  }

  /** Gives a real server its time; where an engine takes it out afterwards, that is before it hears of it. */
  drain(has: TableDestination, server: string, { stage, remains }: Leaving): void {
    const { timeout, connections } = this.#drain;
    const { fromEngine } = this.#context;
    const title = `drain ${server} of ${this.#name}`;
    // With its engine it may change, or go.
    const more = remains === true && !fromEngine ? { drains: true as const } : {};
    if (has.weight > 0 || fromEngine) {
      this.#push('remove', title, {
        at: stage === 'retire' ? { stage, of: 'drain' } : { stage, of: 'lessWeight' },
        edit: [fromEngine ? 'fit_table' : 'edit_table', this.#destination('-e', { ...has, weight: 0 })],
        undo: [this.#destination('-a', has)],
        more,
      });
    }
    const leaver = `${destinationKey(has)} ${listName(this.#id)}`;
    this.#actions.push({ ...drainWait(stage, title, this.#drain, leaver), ...more });
    const active = this.#context.connections.get(`${listName(this.#id)} ${destinationKey(has)}`);
    const now = active === undefined ? '' : `${active} ${active === 1 ? 'connection' : 'connections'}, `;
    const few = connections === 0 ? '' : ` or until ${connections} are left`;
    this.#interrupts.push(`drain ${server} of ${this.#name}: ${now}at most ${timeout} s${few}`);
  }

  dropService(has: TableService): void {
    this.#push('remove', `remove ${this.#name}`, {
      at: { stage: 'retire', of: 'table' },
      edit: ['fit_table', tableLine(['-D', ...this.#key])],
      undo: [this.#service('-A', has), ...has.destinations.map((each) => this.#destination('-a', each))],
    });
  }

  /** Where an engine that has gone may have left it there, it becomes what is wanted all the same. */
  #make(title: string, line: string, undo: string | undefined, needs: readonly string[]): void {
    const { fromEngine } = this.#context;
    this.#push('add', title, {
      at: { stage: 'prepare', of: 'table' },
      by: fromEngine ? ['unrefused'] : [],
      edit: [fromEngine ? 'fit_table' : 'edit_table', line],
      undo: undo === undefined ? [] : [undo],
      needs,
    });
  }

  #push(verb: Verb, title: string, { at, by = [], edit, undo, needs = [], more = {} }: TableEdit): void {
    const back = undo.length === 0 ? [] : [[...by, 'fit_table', ...undo]];
    const action = run(at, title, [[...by, ...edit]], back, needs);
    this.#actions.push({ ...action, ...more, verb, joins: by.length + 1 });
  }

  /** Every attribute is named: an edit sets those that it leaves out to their defaults (measured). */
  #service(verb: '-A' | '-E', options: ServiceOptions): string {
    return tableLine([verb, ...this.#key, ...serviceWords(options)]);
  }

  #destination(verb: '-a' | '-e', destination: TableDestination): string {
    return tableLine([verb, ...this.#key, ...destinationWords(destination)]);
  }

  #remove(destination: TableDestination): string {
    return tableLine(['-d', ...this.#key, '-r', destinationKey(destination)]);
  }
}
