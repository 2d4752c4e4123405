import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';

const backends = ['memory', 'fs', 'minio'] as const;

/** Writes the handlers to a folder, each in one file with all that it imports, and with one backend. */
export async function bundleHandlers(backend: (typeof backends)[number], folder: string): Promise<Metafile> {
  const others = backends.filter((name) => name !== backend).map((name) => `@anybucket/backend-${name}`);
  const { metafile } = await build({
    entryPoints: ['handler', 'streaming'].map((name) => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // CommonJS dependencies call `require`, which an ES module does not have.
    banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);" },
    external: [...others, 'fs-native-extensions'],
    metafile: true,
  });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outputs } = await bundleHandlers('minio', fileURLToPath(new URL('lambda', import.meta.url)));
  for (const [file, { bytes }] of Object.entries(outputs)) process.stdout.write(`${file} ${Math.ceil(bytes / 1024)} KiB\n`);
}
