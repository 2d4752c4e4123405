/** Checks that every `ts` code block of the documentation compiles and runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the repository, so that the snippets can import its packages.
const folder = join(root, 'reports', 'snippets');

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
].filter((name) => name.endsWith('.md') && existsSync(join(root, name)));

const snippets = documents.flatMap((document) => {
  const blocks = [...readFileSync(join(root, document), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)];
  return blocks.map(([, code = ''], index) => ({
    name: `${document} #${index + 1}`,
    file: `${document.replaceAll('/', '-')}-${index + 1}.ts`,
    code,
  }));
});

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { file, code } of snippets) writeFileSync(join(folder, file), `${code}\nexport {};\n`);
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      noEmit: true,
      experimentalDecorators: true,
    },
    include: ['*.ts'],
  }),
);

test('the documentation contains snippets', () => {
  expect(snippets.length).toBeGreaterThan(5);
});

test('all snippets compile', () => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

describe('snippet runs', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'anybucket-snippets-'));
    vi.spyOn(process, 'cwd').mockReturnValue(cwd);
    vi.spyOn(console, 'log').mockReturnValue();
    vi.stubEnv('ANYBUCKET_DATA_STORE', 'memory:');
    vi.resetModules();
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(cwd, { recursive: true });
  });

  for (const { name, file } of snippets) {
    test(name, async () => {
      await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href);
    });
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});
