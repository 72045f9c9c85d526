export const compiled = {
  nodeArguments: ['--enable-source-maps'],
  typescript: { compile: false, rewritePaths: { 'src/': 'dist/src/', 'test/': 'dist/test/' } },
};

export default { ...compiled, files: ['test/**/*.test.ts', '!test/stories/**'], timeout: '3m' };
