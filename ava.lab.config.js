import { basename } from 'node:path';
import { compiled } from './ava.config.js';

/** The longest first, so that two workers end at about the same time. */
const stories = ['engines', 'scenarios', 'keepalived', 'nat', 'dr', 'content'];
const rank = (file) => stories.indexOf(basename(file).split('.')[0]);

/** The runs of the lab, by the names that LVSFORM_LAB takes. */
const runs = {
  /** What every change must pass. */
  short: {
    files: stories.map((name) => `test/stories/${name}.test.ts`),
    sortTestFiles: (one, other) => rank(one) - rank(other),
    concurrency: 2,
  },
  /** The cluster managers in short, with the machine to themselves: everything about them is slow enough. */
  clusters: { files: ['test/stories/clusters.test.ts'], concurrency: 1 },
  /** All that the lab has to show: as the short run, and the cluster managers to their end. */
  full: { files: ['test/stories/*.test.ts', '!test/stories/clusters.test.ts'], concurrency: 2 },
};
const name = process.env.LVSFORM_LAB ?? 'short';
if (!Object.hasOwn(runs, name)) throw new Error(`LVSFORM_LAB=${name}: no such run of the lab`);

/** Patience for emulation on a loaded machine. */
export default { ...compiled, ...runs[name], timeout: '15m' };
