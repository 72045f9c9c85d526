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

/** The hint after problems that leads to the page of their rule. */
export function moreAbout(problems: readonly { readonly rule: string }[]): string | undefined {
  const [first] = problems;
  return first === undefined ? undefined : `why it is a rule: lvsform rules ${first.rule}`;
}
