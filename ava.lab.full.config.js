import { compiled } from './ava.config.js';

/** All that the lab has to show: as test:lab, and the cluster managers told to their end. */
export default {
  ...compiled,
  files: ['test/stories/*.test.ts', '!test/stories/clusters.test.ts'],
  timeout: '15m',
  concurrency: 2,
};
