import { Secret } from '../../model/secret.ts';
import { readInventory } from '../../inventory/read.ts';
import { readHostLibrary } from '../../disk/host-library.ts';
import { readPlan, writePlan } from '../../plan/file.ts';
import { renderer } from '../../render/templates.ts';
import { UserError } from '../../user-error.ts';
import { hostsFor } from '../hosts.ts';
import type { Loaded, Sources } from '../inventory.ts';
import type { Io } from '../io.ts';
import { version } from '../version.ts';
import { closed, errorOf, type FromGateway, mistakeOf, type ToGateway } from './messages.ts';
import { here, type Site } from './site.ts';

/** lvsform at a gateway: does what the user's lvsform asks for, one message after another. */
export class Served {
  readonly #say: (message: FromGateway) => void;
  #site: Site | undefined;
  #stopped = false;
  #busy: Promise<void> = Promise.resolve();
  #asked: { resolve: (secret: Secret) => void; reject: (error: Error) => void } | undefined;

  constructor(say: (message: FromGateway) => void) {
    this.#say = say;
    say({ type: 'hello', version: version() });
  }

  hear(message: ToGateway): void {
    switch (message.type) {
      case 'stop':
        this.#stopped = true;
        return;
      case 'password':
        return this.#asked?.resolve(new Secret(message.value));
      case 'no-password':
        return this.#asked?.reject(errorOf(message.error));
      default:
        this.#busy = this.#answer(message);
    }
  }

  /** The user's lvsform is gone: nothing more is begun. Ends once what runs has ended. */
  async end(): Promise<void> {
    this.#stopped = true;
    this.#asked?.reject(new UserError('the user is gone'));
    await this.#busy;
    this.#site?.close();
  }

  async #answer(message: ToGateway): Promise<void> {
    try {
      const value = await this.#done(message);
      this.#say({ type: 'done', ...(value === undefined ? {} : { value }) });
    } catch (error) {
      if (error instanceof UserError) this.#say({ type: 'failed', error: mistakeOf(error) });
      else
        this.#say({
          type: 'bug',
          stack: error instanceof Error ? (error.stack ?? String(error)) : String(error),
        });
    }
  }

  async #done(message: ToGateway): Promise<unknown> {
    const emit = (event: Extract<FromGateway, { type: 'event' }>['event']): void =>
      this.#say({ type: 'event', event });
    if (message.type === 'begin') {
      const ask = (question: string): Promise<Secret> => this.#ask(question);
      this.#site = here(await hostsFor(message.way, this.#io, '', ask));
      return undefined;
    }
    const site = this.#site!;
    switch (message.type) {
      case 'keys':
        return site.requireKey(message.targets);
      case 'plan': {
        const loaded = await loadedFrom(message.sources, message.request.path);
        const request = { ...message.request, loaded, secrets: closed(message.secrets) };
        return writePlan(await site.makePlan(request, emit));
      }
      case 'apply': {
        const { holder, parallelism } = message;
        const how = { emit, stopped: () => this.#stopped, secrets: closed(message.secrets) };
        return site.applyPlan(readPlan(message.plan), holder, parallelism, how);
      }
      case 'verify': {
        const loaded = await loadedFrom(message.sources, '');
        const request = { ...message.request, loaded, hosts: new Set(message.request.hosts) };
        return site.verify(request, (text) => this.#say({ type: 'progress', text }));
      }
      default:
        return undefined;
    }
  }

  #ask(question: string): Promise<Secret> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#say({ type: 'ask', question });
    });
  }

  get #io(): Pick<Io, 'tell'> {
    return { tell: (text) => this.#say({ type: 'tell', text }) };
  }
}

/** The inventory, as the user's lvsform has read it. */
async function loadedFrom(sources: Sources, path: string): Promise<Loaded> {
  const library = await readHostLibrary();
  const render = renderer({ templates: new Map(sources.templates), library });
  const { inventory, problems } = readInventory([...sources.files], render);
  if (inventory === undefined)
    throw new Error(
      `the inventory has errors only here: ${problems.map(({ message }) => message).join('; ')}`,
    );
  return { path, inventory, render, sources };
}
