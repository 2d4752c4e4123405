export default {
  input: `${process.env.APP}.js`,
  platform: 'node',
  external: ['fs-native-extensions'],
  output: { dir: 'out', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
};
