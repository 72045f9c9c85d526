import { text } from 'node:stream/consumers';
import { readText } from '../../disk/text.ts';
import { summaryText } from '../../report/apply-text.ts';
import { mergedRuns, placeText } from '../../report/merge.ts';
import type { Stream } from '../../report/streams.ts';
import { cleanLine } from '../../text/clean.ts';
import { UserError } from '../../user-error.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';

export const run: Run<typeof inventoryForms.summary> = async ({ words, options }, io) => {
  const { json } = options;
  if (words.filter((word) => word === '-').length > 1)
    throw new UserError('standard input (-) is given twice', { hint: 'remove one of them' });
  const streams: Stream[] = [];
  for (const word of words) {
    streams.push(
      word === '-'
        ? { name: 'standard input', text: await text(process.stdin) }
        : { name: word, text: await readText(word, 'the events') },
    );
  }
  const { results, troubles, status } = mergedRuns(streams);
  if (json) io.json({ version: 1, type: 'summaries', results, troubles, status });
  else {
    io.print(troubles.map((each) => `${cleanLine(placeText(each))}: ${cleanLine(each.message)}\n`).join(''));
    const nothing = results.length === 0 && troubles.length > 0;
    io.print(nothing ? '\nSummary: no result\n' : summaryText(results, io.style));
  }
  return status;
};
