import lab from './ava.lab.config.js';

/** The cluster managers in short, with the machine to themselves: everything about them is slow enough. */
export default { ...lab, files: ['test/stories/clusters.test.ts'], concurrency: 1 };
