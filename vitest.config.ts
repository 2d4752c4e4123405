import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The folders that hold packages: those that are published, and those for this repository alone. */
const packageFolders = ['packages', 'internal'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);

/** What of a package.json the aliases are made from. */
interface Manifest {
  name: string;
  exports?: Record<string, string | { default: string } | { import: { default: string } }>;
}

/**
 * Maps every entry of every package to its source, so that tests, coverage and mutation testing see the sources and a forgotten build
 * changes nothing. Read from the `exports` fields: a new package or entry needs no line here.
 */
function sourceAliases() {
  return packageFolders.flatMap((folder) => {
    const manifest = readManifest(folder);
    return Object.entries(manifest?.exports ?? {}).flatMap(([entry, target]) => {
      const built = typeof target === 'string' ? target : 'import' in target ? target.import.default : target.default;
      if (!manifest || !built.startsWith('./dist/')) return [];
      const source = built.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      return [{ find: new RegExp(`^${manifest.name}${entry.slice(1)}$`), replacement: join(folder, source) }];
    });
  });
}

/** The package.json of a folder, or undefined where there is none (yet). */
function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Where tests may stand, for those whose names end so. */
function testFiles(ending: string): string[] {
  return ['packages/*/test', 'internal/*/test', 'examples', 'tools'].map((folder) => `${folder}/**/*.${ending}`);
}

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: testFiles('test.ts'),
          exclude: [...configDefaults.exclude, ...testFiles('minio.test.ts'), 'examples/aws-sdk/**'],
        },
      },
      // A project with a configuration of its own, which is part of the example. It uses the built packages.
      'examples/aws-sdk',
      {
        // What needs a real MinIO server, `inject('minio')`: it is got and started when such a file is to run, and only then.
        extends: true,
        test: { name: 'minio', include: testFiles('minio.test.ts'), globalSetup: 'internal/minio-server/src/vitest.ts' },
      },
    ],
    // Vitest leaves a processor to itself, which would leave a machine with two processors a single worker.
    maxWorkers: availableParallelism(),
    // For busy machines: no test is about time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // `npm run coverage`; tools/coverage.mjs prints the summary.
    coverage: { include: ['packages/*/src/**/*.ts'], reporter: ['json-summary', 'html'], reportsDirectory: 'reports/coverage' },
    // The closing line of a run in CI is made from this report (tools/summary.mjs).
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'reports/vitest.json' }]] : ['default'],
  },
});
