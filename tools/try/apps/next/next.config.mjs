export default {
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  // The addon that locks files for the fs backend.
  serverExternalPackages: ['fs-native-extensions'],
  outputFileTracingIncludes: { '/**': [`./node_modules/fs-native-extensions/prebuilds/${process.platform}-${process.arch}/*`] },
};
