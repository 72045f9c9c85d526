import { differingSections } from '../shell/answer.ts';
import { UnknownSecret } from '../model/secret.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import { mostFailures } from '../plan/batches.ts';
import { type HostPlan, isReady, type Plan, type Ready, type Transaction } from '../plan/plan.ts';
import type { Surroundings } from '../plan/see.ts';
import { plannedTarget } from '../plan/target.ts';
import { HostFailure, type Target } from '../port.ts';
import type { Outcome } from '../plan/events.ts';
import { afterLoss } from './after-loss.ts';
import { withoutAside } from './aside.ts';
import { confirmAnew, confirmSeconds } from './confirm.ts';
import { isDone } from './host-result.ts';
import { readOutcome, type TransactionResult } from './outcome.ts';
import { isRisky, stepsOf } from './steps.ts';
import type { Stage } from '../resources/kind.ts';
import { inTime } from './waiting.ts';
import { type Holder, transactionScript } from './transaction.ts';

/** How often a transaction is tried on a host that keeps changing by itself. */
const mostTries = 10;

/** Carries out the transactions of one plan, and remembers their results. */
export class Work {
  readonly #plan: Plan;
  readonly #holder: Holder;
  readonly #surroundings: Surroundings;
  readonly #hosts: ReadonlyMap<string, HostPlan>;
  /** Hosts whose transactions did not end well. */
  readonly #failed = new Set<string>();
  /** The stages that have ended well, by host. */
  readonly #done = new Map<string, readonly Stage[]>();
  /** When they ended, in milliseconds. */
  readonly #endings = new Map<string, Map<Stage, number>>();
  /** The fingerprints after our own changes. */
  readonly #fingerprints = new Map<string, string>();

  constructor(plan: Plan, holder: Holder, surroundings: Surroundings) {
    this.#plan = plan;
    this.#holder = holder;
    this.#surroundings = surroundings;
    this.#hosts = new Map(plan.hosts.map((host) => [host.host, host] as const));
  }

  /** Why nothing more is started: too many hosts have failed. */
  enough(): string | undefined {
    const { maxFailures, hosts } = this.#plan;
    if (maxFailures === undefined) return undefined;
    const most = mostFailures(maxFailures, hosts.filter(({ departed }) => !departed).length);
    return this.#failed.size > most
      ? `${[...this.#failed].join(', ')} failed, and at most ${maxFailures} may fail: nothing more was started`
      : undefined;
  }

  skip({ id, host }: Transaction, message: string): TransactionResult {
    const result = { outcome: 'skipped', message } as const;
    this.#surroundings.emit({ type: 'transaction-end', transaction: id, host, ...result });
    return result;
  }

  /** `urgent`: why it is started even after a stop. `more`: what the message says beside the reason. */
  async carryOut(
    transaction: Transaction,
    urgent: readonly string[] = [],
    more: (outcome: Outcome) => string = () => '',
  ): Promise<TransactionResult> {
    const { id, host, stages } = transaction;
    const planned = this.#hosts.get(host);
    if (planned === undefined || !isReady(planned)) return this.skip(transaction, 'it is not in the plan');
    const { emit, stopped } = this.#surroundings;
    const over = stopped?.() === true || this.enough() !== undefined;
    if (stopped?.() === true && urgent.length === 0)
      return this.skip(transaction, `the run was stopped before this was started${more('skipped')}`);
    emit({
      type: 'transaction',
      transaction: id,
      host,
      steps: stepsOf(planned.state, stages).length,
      ...(over && urgent.length > 0 ? { since: urgent.join(', ') } : {}),
    });
    const fingerprint = this.#fingerprints.get(host) ?? planned.state.fingerprint;
    const result = withMore(await this.#attempts(planned, transaction, fingerprint), more);
    if (!isDone(result.outcome)) this.#failed.add(host);
    else this.#ended(host, stages);
    if (result.fingerprint !== undefined) this.#fingerprints.set(host, result.fingerprint);
    const { outcome, message, output } = result;
    emit({
      type: 'transaction-end',
      transaction: id,
      host,
      outcome,
      ...(message === undefined ? {} : { message }),
      ...(output === undefined ? {} : { output }),
    });
    return result;
  }

  #ended(host: string, stages: readonly Stage[]): void {
    this.#done.set(host, [...(this.#done.get(host) ?? []), ...stages]);
    const now = this.#surroundings.clock.now().getTime();
    const endings = stages.map((stage) => [stage, now] as const);
    this.#endings.set(host, new Map([...(this.#endings.get(host) ?? []), ...endings]));
  }

  /** Seconds since the stages of a host have ended. */
  #sinceEnded(host: string): Map<Stage, number> {
    const now = this.#surroundings.clock.now().getTime();
    const endings = [...(this.#endings.get(host) ?? [])];
    return new Map(endings.map(([stage, at]) => [stage, (now - at) / 1000] as const));
  }

  /**
   * Tries again if the host has changed, but nothing that the plan depends on: an engine on a busy machine may take real
   * servers out and put them back every few seconds.
   */
  async #attempts(
    planned: HostPlan & { readonly state: Ready },
    transaction: Transaction,
    fingerprint: string,
  ): Promise<TransactionResult> {
    let result = await this.#attempt(planned, transaction, fingerprint);
    for (let tries = 2; tries <= mostTries; tries++) {
      const { sameInSubstance: before, fingerprint: now } = result;
      if (before === undefined || now === undefined) break;
      result = await this.#attempt(planned, transaction, now);
      if (result.sameInSubstance === undefined) break;
      const kinds = differingSections(before, result.sameInSubstance).join(', ');
      const message = `it keeps changing (${kinds}), ${tries} times in a row; try again`;
      result = { ...result, message };
    }
    return result;
  }

  async #attempt(
    planned: HostPlan & { readonly state: Ready },
    transaction: Transaction,
    fingerprint: string,
  ): Promise<TransactionResult> {
    const state = inTime(planned.state, this.#sinceEnded(planned.host));
    const { confirmSeconds: seconds = confirmSeconds, secrets = new Map() } = this.#surroundings;
    const done = this.#done.get(planned.host) ?? [];
    const context = {
      planId: this.#plan.id,
      holder: this.#holder,
      confirmSeconds: seconds,
      secrets,
      done,
    };
    const steps = stepsOf(state, transaction.stages);
    const target = plannedTarget(planned);
    try {
      const script = transactionScript(state, transaction.stages, fingerprint, context);
      const raw = isRisky(steps)
        ? await this.#runConfirmed(target, script)
        : await this.#surroundings.hosts.run(target, script);
      const result = readOutcome(raw, state, transaction, steps, done);
      if (result.outcome !== 'broken') return await withoutAside(result, target, this.#surroundings);
      throw new HostFailure(result.message ?? '', { reason: 'broken', output: raw });
    } catch (error) {
      if (error instanceof UnknownSecret || error instanceof UnusableAnswer)
        return { outcome: 'failed', message: `${error.message}: plan again` };
      if (!(error instanceof HostFailure)) throw error;
      return afterLoss({ planned, transaction, fingerprint, failure: error }, this.#surroundings);
    }
  }

  /** Runs a transaction that may cut off our connection to the host, and confirms over new ones that it has not. */
  async #runConfirmed(target: Target, script: string): Promise<string> {
    const { hosts, clock } = this.#surroundings;
    let over = false;
    const running = hosts.run(target, script).finally(() => {
      over = true;
    });
    const cutOff = confirmAnew(target, this.#surroundings, () => over).then(async (told) => {
      // Short sleeps: a long one would keep the program running when there is nothing more to wait for.
      const isOver = (): boolean => over;
      if (!told) return running;
      for (let waited = 0; waited < 20_000 && !isOver(); waited += 250) await clock.sleep(250);
      if (isOver()) return running;
      hosts.release(target);
      const message = 'the change cut the connection, and lvsform reached the host over a new one';
      throw new HostFailure(message, { reason: 'broken' });
    });
    const first = await Promise.race(
      [running, cutOff].map((each) =>
        each.then(
          (raw) => ({ raw }),
          (error: unknown) => ({ error }),
        ),
      ),
    );
    if ('error' in first) throw first.error;
    return first.raw;
  }
}

function withMore(result: TransactionResult, more: (outcome: Outcome) => string): TransactionResult {
  const text = more(result.outcome);
  return text === '' ? result : { ...result, message: `${result.message ?? result.outcome}${text}` };
}
