import { digest } from '../net/digest.ts';
import { UserError } from '../user-error.ts';
import { refuseCircles } from './circle.ts';
import { planShape } from './file-shape.ts';
import { type Plan, planVersion } from './plan.ts';
import { unlessTooLarge } from './size.ts';

/** A plan file that cannot be used; the message tells users why. */
export class UnusablePlan extends UserError {
  override readonly name = 'UnusablePlan';
}

/**
 * A plan as the text of a file. Each document is written once, under its digest, since most hosts share them. Throws UserError
 * if the plan is too large.
 */
export function writePlan(plan: Plan): string {
  return unlessTooLarge(plan, () => fileText(plan));
}

function fileText(plan: Plan): string {
  const documents: Record<string, string> = {};
  const values = JSON.parse(
    JSON.stringify(plan, (key, value: unknown) => {
      if (key !== 'content' || typeof value !== 'string') return value;
      const name = digest(value);
      documents[name] = value;
      return name;
    }),
  ) as Record<string, unknown>;
  const body = { ...values, documents };
  return `${JSON.stringify({ ...body, checksum: digest(JSON.stringify(body)) })}\n`;
}

/** True for the text of a plan file of any version, whole or changed since it was made. */
export function isPlanFile(text: string): boolean {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    return (
      typeof value?.['version'] === 'number' &&
      ['hosts', 'transactions', 'documents'].every((key) => typeof value[key] === 'object')
    );
  } catch {
    return false;
  }
}

/** Reads a plan file back, exactly as it was written. Throws UnusablePlan. */
export function readPlan(text: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnusablePlan('this is not a plan of lvsform (not JSON); make one with: lvsform plan -o FILE', {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || !('documents' in value)) {
    throw new UnusablePlan('this is not a plan of lvsform; make one with: lvsform plan -o FILE');
  }
  if (value.version !== planVersion) {
    throw new UnusablePlan(
      `this plan has version ${String(value.version)}, and this lvsform reads version ${planVersion}: plan again`,
    );
  }
  const { checksum, ...body } = value as Record<string, unknown>;
  if (checksum !== digest(JSON.stringify(body))) {
    throw new UnusablePlan('this plan was changed after it was made: plan again');
  }
  const read = planShape.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UnusablePlan(
      `this is not a plan of lvsform: ${issue?.path.join('.')}: ${issue?.message}; plan again`,
    );
  }
  const { documents, ...packed } = body as { documents: Record<string, string> } & Record<string, unknown>;
  const plan = JSON.parse(JSON.stringify(packed), (key, inner: unknown) =>
    key === 'content' && typeof inner === 'string' ? documents[inner] : inner,
  ) as Plan;
  refuseCircles(plan.transactions);
  return plan;
}
