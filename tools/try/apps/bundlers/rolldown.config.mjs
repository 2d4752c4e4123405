export default {
  input: `${process.env.APP}.js`,
  platform: 'node',
  output: { dir: 'out', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
};
