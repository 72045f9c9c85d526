import { readFile } from 'node:fs/promises';
import { readPlan, UnusablePlan } from '../plan/file.ts';
import type { Plan } from '../plan/plan.ts';
import { UserError } from '../report/user-error.ts';

export async function loadPlan(path: string): Promise<Plan> {
  try {
    return readPlan(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof UnusablePlan) throw new UserError(`${path}: ${error.message}`, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined)
      throw new UserError(`cannot read the plan ${path}: ${(error as Error).message}`, { cause: error });
    throw error;
  }
}
