import { readPlan, writePlan } from '../../plan/file.ts';
import type { Emit, HostResult } from '../../plan/events.ts';
import type { Secret } from '../../model/secret.ts';
import { exit } from '../../report/exit-statuses.ts';
import type { Listener, Stream } from '../../ssh/stream.ts';
import { UserError } from '../../user-error.ts';
import type { verify } from '../../verify/verify.ts';
import { sudoAsker } from '../hosts.ts';
import type { Io } from '../io.ts';
import type { ConnectionValues } from '../options.ts';
import { version } from '../version.ts';
import { errorOf, type FromGateway, mistakeOf, opened, type ToGateway, written } from './messages.ts';
import type { Site } from './site.ts';

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly emit: Emit;
  /** What the user is to know if the connection is lost. */
  readonly hint: string;
}

const nothingChanged = 'nothing was changed; check the way to the gateway, and run it again';
const hostsEndAlone =
  'each transaction that runs ends committed or undone on its host, and the gateway begins no more once it has noticed; run it again to see what became of them';

/** The work is done by lvsform at a gateway. */
export class There implements Site {
  readonly #gateway: string;
  readonly #io: Io;
  readonly #frame: string;
  readonly #askSecret: (question: string) => Promise<Secret>;
  #line: Stream | undefined;
  #call: Call | undefined;
  #greeted = false;
  #trouble: ((hint: string) => UserError) | undefined;

  /** `frame` begins each line of the gateway, since a login shell may talk, too. */
  constructor(gateway: string, io: Io, frame: string) {
    this.#gateway = gateway;
    this.#io = io;
    this.#frame = frame;
    this.#askSecret = sudoAsker(io);
  }

  /** What hears the gateway. */
  readonly listener: Listener = {
    line: (text) => {
      if (text.startsWith(`@${this.#frame} `))
        this.#hear(JSON.parse(text.slice(this.#frame.length + 2)) as FromGateway);
    },
    ended: (why) => this.#give((hint) => this.#lost(why, hint)),
  };

  /** Begins; `way` says how the gateway reaches the hosts. */
  async begin(line: Stream, way: ConnectionValues): Promise<void> {
    this.#line = line;
    await this.#ask({ type: 'begin', version: version(), way });
  }

  requireKey: Site['requireKey'] = async (targets) => {
    await this.#ask({ type: 'keys', targets });
  };

  makePlan: Site['makePlan'] = async ({ loaded, secrets, ...request }, emit) => {
    const { sources } = loaded;
    const plan = await this.#ask({ type: 'plan', sources, request, secrets: opened(secrets) }, { emit });
    return readPlan(String(plan));
  };

  applyPlan: Site['applyPlan'] = async (plan, holder, parallelism, { emit, secrets }) => {
    const message = {
      type: 'apply',
      plan: writePlan(plan),
      holder,
      parallelism,
      secrets: opened(secrets),
    } as const;
    return (await this.#ask(message, { emit, hint: hostsEndAlone })) as HostResult[];
  };

  verify: Site['verify'] = async ({ loaded, hosts, ...request }) => {
    const { sources } = loaded;
    const message = { type: 'verify', sources, request: { ...request, hosts: [...hosts] } } as const;
    return (await this.#ask(message)) as Awaited<ReturnType<typeof verify>>;
  };

  stop = (): void => this.#send({ type: 'stop' });

  close = (): void => this.#line?.close();

  #ask(
    message: ToGateway,
    { emit = () => {}, hint = nothingChanged }: Partial<Pick<Call, 'emit' | 'hint'>> = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#call = { resolve, reject, emit, hint };
      if (this.#trouble === undefined) this.#send(message);
      else reject(this.#trouble(hint));
    });
  }

  /** Nothing works any more. */
  #give(trouble: (hint: string) => UserError): void {
    this.#trouble ??= trouble;
    this.#call?.reject(this.#trouble(this.#call.hint));
  }

  #send(message: ToGateway): void {
    this.#line?.write(`${written(message)}\n`);
  }

  #hear(message: FromGateway): void {
    switch (message.type) {
      case 'hello':
        this.#greeted = true;
        if (message.version !== version()) this.#give(() => this.#otherVersion(message.version));
        return;
      case 'event':
        return this.#call?.emit(message.event);
      case 'tell':
        return this.#io.tell(message.text);
      case 'progress':
        return this.#io.progress(message.text);
      case 'ask':
        return void this.#password(message.question);
      case 'done':
        return this.#call?.resolve(message.value);
      case 'failed':
        return this.#call?.reject(errorOf(message.error));
      case 'bug': {
        const error = new Error(`at the gateway ${this.#gateway}`);
        error.stack = `at the gateway ${this.#gateway}: ${message.stack}`;
        this.#call?.reject(error);
      }
    }
  }

  async #password(question: string): Promise<void> {
    try {
      this.#send({ type: 'password', value: (await this.#askSecret(question)).reveal() });
    } catch (error) {
      const known = error instanceof UserError ? error : new UserError(String(error));
      this.#send({ type: 'no-password', error: mistakeOf(known) });
    }
  }

  #otherVersion(theirs: string): UserError {
    return new UserError(
      `the gateway ${this.#gateway} has lvsform ${theirs}, and this is lvsform ${version()}: both must be the same`,
      { hint: `install lvsform ${version()} there` },
    );
  }

  #lost(why: string, hint: string): UserError {
    if (this.#greeted) {
      return new UserError(`the connection to the gateway ${this.#gateway} is gone: ${why}`, {
        hint,
        exitCode: exit.unreachable,
      });
    }
    return new UserError(`lvsform does not run at the gateway ${this.#gateway}: ${why}`, {
      hint: `install lvsform ${version()} there, so that this prints its version: ssh ${this.#gateway} lvsform --version`,
      exitCode: exit.unreachable,
    });
  }
}
