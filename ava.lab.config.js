import { basename } from 'node:path';
import { compiled } from './ava.config.js';

/** The longest first, so that two workers end at about the same time. */
const stories = ['engines', 'scenarios', 'keepalived', 'nat', 'dr', 'content'];
const rank = (file) => stories.indexOf(basename(file).split('.')[0]);

/** The lab: two virtual machines at once, and patience for emulation on a loaded machine. */
export default {
  ...compiled,
  files: stories.map((name) => `test/stories/${name}.test.ts`),
  sortTestFiles: (one, other) => rank(one) - rank(other),
  timeout: '15m',
  concurrency: 2,
};
