export default {
  output: 'standalone',
  // Otherwise Next.js searches parent folders for lock files.
  outputFileTracingRoot: import.meta.dirname,
  // The native module of backend-fs. Tracing does not find its binaries.
  serverExternalPackages: ['fs-native-extensions'],
  outputFileTracingIncludes: { '/**': [`./node_modules/fs-native-extensions/prebuilds/${process.platform}-${process.arch}/*`] },
};
