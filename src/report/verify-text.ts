import type { Finding, Verdict } from '../verify/finding.ts';
import { cleanLine } from '../text/clean.ts';
import type { Style } from './style.ts';

const marks: Record<Verdict, string> = { yes: 'ok', no: 'WRONG', unsure: '?' };

/** What verify checked beyond drift, a line for each check, with the details below. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  return findings
    .map(({ sound, text, details, hint }) => {
      const mark = marks[sound].padEnd(5);
      const head =
        sound === 'no' ? style.alarm(mark) : sound === 'yes' ? style.add(mark) : style.change(mark);
      const below = [...details, ...(hint === undefined ? [] : [hint])];
      return `${head} ${cleanLine(text)}\n${below.map((each) => `      ${cleanLine(each)}\n`).join('')}`;
    })
    .join('');
}
