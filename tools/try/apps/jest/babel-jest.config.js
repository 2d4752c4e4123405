module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['babel-jest', { presets: [['@babel/preset-env', { targets: { node: '20' } }], '@babel/preset-typescript'] }] },
};
