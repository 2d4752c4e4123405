const addon = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;

export default defineNitroConfig({
  compatibilityDate: '2026-11-01',
  // The addon that locks files for the fs backend.
  externals: { traceInclude: [`node_modules/${addon}`] },
});
