import { createInterface } from 'node:readline';
import type { Run } from '../command.ts';
import { exit } from '../../report/exit-statuses.ts';
import { written, type ToGateway } from '../via/messages.ts';
import { Served } from '../via/serve.ts';
import type { gatewayForms } from './gateway-forms.ts';

export const run: Run<typeof gatewayForms> = async ({ words: [frame] }, io) => {
  const served = new Served((message) => io.print(`@${frame} ${written(message)}\n`));
  for await (const line of createInterface({ input: process.stdin })) {
    served.hear(JSON.parse(line) as ToGateway);
  }
  await served.end();
  return exit.done;
};
