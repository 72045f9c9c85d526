/** The files that take longest come first, so that none of them is left for the end, when the other core has nothing to do. */
const longest = [
  'life',
  'vip-moves',
  'real',
  'ownership',
  'library',
  'allow',
  'boot',
  'golden',
  'cases',
  'engines',
  'blocks',
  'killed',
  'cli',
  'truth',
  'hearsay',
  'changes',
  'failures',
];

function rankOf(file) {
  const rank = longest.indexOf(/([^/]*)\.test\.[jt]s$/.exec(file)?.[1] ?? '');
  return rank === -1 ? longest.length : rank;
}

export const compiled = {
  nodeArguments: ['--enable-source-maps'],
  typescript: { compile: false, rewritePaths: { 'src/': 'dist/src/', 'test/': 'dist/test/' } },
};

export const all = {
  ...compiled,
  files: ['test/**/*.test.ts', '!test/stories/**'],
  timeout: '3m',
  // A process of its own for each file: to start a command, a process is copied, and one with all files in it is large.
  workerThreads: false,
  sortTestFiles: (one, other) => rankOf(one) - rankOf(other) || (one < other ? -1 : 1),
};

export default all;
