import { defineNitroConfig } from 'nitropack/config';

// The native module of backend-fs, for the platform of the server.
const addon = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;

export default defineNitroConfig({
  compatibilityDate: '2026-11-01',
  srcDir: 'server',
  publicAssets: [{ dir: '../public' }],
  // For the top-level `await` of the plugin.
  esbuild: { options: { target: 'node20' } },
  externals: { traceInclude: [`node_modules/${addon}`] },
});
