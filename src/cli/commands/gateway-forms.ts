import type { Form } from '../command.ts';
import { common } from '../options.ts';

/** What `--via` starts at the gateway. */
export const gatewayForms = [
  { usage: 'FRAME', words: [1, 1], options: { ...common } },
] as const satisfies readonly [Form, ...Form[]];
