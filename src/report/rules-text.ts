import type { Rule } from '../inventory/rules/rule.ts';

export type RuleFacts = Omit<Rule, 'check'>;

/** The page of a rule: what it says, how severe it is, and why it is one. */
export function rulePage({ id, severity, title, why }: RuleFacts): string {
  return `${id}: ${title}\n\nSeverity: ${severity}.\n\n${why}\n`;
}

/** A line for each rule. */
export function rulesText(rules: readonly RuleFacts[]): string {
  return rules.map(({ id, severity, title }) => `${id}  ${severity.padEnd(7)}  ${title}\n`).join('');
}

/** After problems: how their rules are explained. */
export function moreAbout(problems: readonly { readonly rule: string }[]): string | undefined {
  const [first] = problems;
  return first === undefined ? undefined : `why it is a rule: lvsform rules ${first.rule}`;
}
