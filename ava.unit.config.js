import { all } from './ava.config.js';
import { withHosts } from './dist/test/scripts/with-hosts.js';

/** All other tests. */
export default { ...all, files: [...all.files, ...withHosts().map((file) => `!${file}`)] };
