import { compiled } from './ava.config.js';

/** The stories of the lab, with patience for emulation on a loaded machine. test/scripts/lab.ts says which run when. */
export default { ...compiled, files: ['test/stories/*.test.ts'], concurrency: 1, timeout: '15m' };
