import type { Problem } from '../inventory/problem.ts';
import type { Rule } from '../inventory/rules/rule.ts';

export type RuleFacts = Omit<Rule, 'check'>;

/** The page of a rule: its title, its severity, and its reason. */
export function rulePage({ id, severity, title, why }: RuleFacts): string {
  return `${id}: ${title}\n\nSeverity: ${severity}.\n\n${why}\n`;
}

/** A line for each rule. */
export function rulesText(rules: readonly RuleFacts[]): string {
  return rules.map(({ id, severity, title }) => `${id}  ${severity.padEnd(7)}  ${title}\n`).join('');
}

/** The hint after problems that leads to a page: that of the first error, or of the first warning if there is no error. */
export function moreAbout(problems: readonly Pick<Problem, 'rule' | 'severity'>[]): string | undefined {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  return first === undefined ? undefined : `why it is a rule: lvsform rules ${first.rule}`;
}
