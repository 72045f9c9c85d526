import { createInterface } from 'node:readline';
import type { Run } from '../command.ts';
import { exit } from '../../report/exit-statuses.ts';
import { UserError } from '../../user-error.ts';
import { written, type ToGateway } from '../via/messages.ts';
import { Served } from '../via/serve.ts';
import type { gatewayForms } from './gateway-forms.ts';

export const run: Run<typeof gatewayForms> = async ({ words: [frame = ''] }, io) => {
  if (!/^[\da-f]{32}$/.test(frame)) {
    throw new UserError('lvsform gateway is started by an lvsform elsewhere', {
      hint: 'there, name this machine by --via; see docs/via.md',
    });
  }
  const served = new Served((message) => io.print(`@${frame} ${written(message)}\n`));
  for await (const line of createInterface({ input: process.stdin })) {
    served.hear(JSON.parse(line) as ToGateway);
  }
  await served.end();
  return exit.done;
};
