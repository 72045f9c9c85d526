import { all } from './ava.config.js';
import { withHosts } from './dist/test/scripts/with-hosts.js';

/** The tests with hosts: simulated ones, and OpenSSH servers in namespaces. */
export default { ...all, files: withHosts() };
