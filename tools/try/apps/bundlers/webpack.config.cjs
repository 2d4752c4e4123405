module.exports = {
  mode: 'production',
  target: 'node20',
  entry: { [process.env.APP]: `./${process.env.APP}.js` },
  externals: { 'fs-native-extensions': 'commonjs fs-native-extensions' },
  output: { path: `${__dirname}/out`, filename: '[name].cjs', chunkFilename: '[name].cjs', clean: true },
  optimization: { minimize: false },
};
