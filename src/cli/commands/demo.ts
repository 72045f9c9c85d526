export { run } from '../demo.ts';
