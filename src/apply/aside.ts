import { parseAnswer } from '../shell/answer.ts';
import type { Surroundings } from '../plan/see.ts';
import { HostFailure, type Target } from '../port.ts';
import { short } from '../text/clean.ts';
import { line } from '../shell/quote.ts';
import { hostScript } from '../shell/script.ts';
import type { TransactionResult } from './outcome.ts';

/**
 * The end of a destroy. lvsform removes what it kept on the host only once it has read the host and found it as planned.
 * Otherwise it moves that back, so that the next destroy still knows what was there before lvsform.
 */
export async function withoutAside(
  { aside, ...result }: TransactionResult,
  target: Target,
  { hosts, clock }: Surroundings,
): Promise<TransactionResult> {
  if (aside === undefined) return result;
  const isDone = result.outcome === 'changed';
  const frame = clock.random();
  const script = hostScript(frame, line([isDone ? 'remove_aside' : 'keep_aside', aside]));
  const trouble = await hosts.run(target, script).then(
    (raw) => troubleIn(raw, frame),
    (error: unknown) => {
      if (error instanceof HostFailure) return error.message;
      throw error;
    },
  );
  if (trouble === undefined) {
    const kept = 'what was there before lvsform is kept for the next destroy';
    return isDone ? result : { ...result, message: `${result.message ?? ''}; ${kept}` };
  }
  const message = isDone
    ? `what lvsform kept in /var/lib could not be removed; the next apply or destroy tries again: ${trouble}`
    : `${result.message ?? ''}; what was there before lvsform is in /${aside}, which could not be moved back to /var/lib/lvsform: ${trouble}`;
  return { ...result, message };
}

/** How many characters of a host's answer are shown at most. */
const mostSaid = 2000;

function troubleIn(raw: string, frame: string): string | undefined {
  const answer = parseAnswer(raw, frame);
  if (answer.section('left') === undefined && answer.section('end') !== undefined) return undefined;
  return short(raw.split('\n@')[0]!.trim(), mostSaid) || 'its answer was cut short';
}
