import { build } from 'esbuild';

const [format] = process.argv.slice(2);
await build({
  entryPoints: [`${process.env.APP}.js`],
  outdir: 'out',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format,
  external: ['fs-native-extensions'],
  outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
  // In ES modules esbuild leaves `require('fs')` of bundled CommonJS packages to a `require` of the surroundings.
  banner:
    format === 'esm' ? { js: "import * as nodeModule from 'node:module'; const require = nodeModule.createRequire(import.meta.url);" } : {},
});
