import { compiled } from './ava.config.js';

/** The lab: two virtual machines at once, and patience for emulation on a loaded machine. */
export default { ...compiled, files: ['test/stories/*.test.ts'], timeout: '15m', concurrency: 2 };
