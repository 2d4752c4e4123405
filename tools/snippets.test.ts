/**
 * Every code block of the documentation works: `ts` passes the type checker and runs on the sources, `js` runs in a process of its own on the
 * built packages, as it would for a user (after `npm run build`), and a configuration in `json` or `yaml` opens every datastore it names.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeBlocks, markdownFiles, readText } from './markdown.js';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the repository, so that the snippets can import its packages.
const folder = join(root, 'reports', 'snippets');

/** Test runners that cannot run within vitest, and what takes their place: the snippets use what both export. */
const standIns: Readonly<Record<string, string>> = { '@jest/globals': 'vitest' };

const snippets = markdownFiles()
  .filter((document) => !document.startsWith('docs/reference/') && !document.startsWith('api/'))
  .flatMap((document) =>
    codeBlocks(readText(document)).map((block, index) => ({
      ...block,
      name: `${document} #${index + 1}`,
      file: `${document.replaceAll('/', '-')}-${index + 1}.${block.language}`,
      // In the type checker and in vitest alike.
      code: Object.entries(standIns).reduce((code, [name, other]) => code.replaceAll(`'${name}'`, `'${other}'`), block.code),
    })),
  );
const typescript = snippets.filter(({ language }) => language === 'ts');
const javascript = snippets.filter(({ language }) => language === 'js');
const configurations = snippets.filter(
  ({ name, language }) => name.startsWith('docs/guide/configuration') && ['json', 'yaml'].includes(language),
);

const runnable = typescript.filter(({ notRun }) => notRun === undefined);

/** Returns whether a snippet defines tests of its own. */
function definesTests(code: string): boolean {
  return code.includes("from 'vitest'");
}

async function load(file: string): Promise<void> {
  await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
// A package of its own, so that no configuration above it is found.
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
for (const { file, code, check } of [...typescript, ...javascript]) writeFileSync(join(folder, file), `${code}\n${check}\nexport {};\n`);
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
      // NestJS code has parameter properties.
      erasableSyntaxOnly: false,
    },
    include: ['*.ts'],
  }),
);

test('the documentation has snippets', () => {
  expect(typescript.length).toBeGreaterThan(20);
  expect(configurations.length).toBeGreaterThan(1);
});

test('every TypeScript snippet passes the type checker', () => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

describe('every TypeScript snippet runs', () => {
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

  for (const { name, file } of runnable.filter(({ code }) => !definesTests(code))) {
    test(name, () => load(file));
  }

  describe.each(runnable.filter(({ code }) => definesTests(code)))('$name', async ({ file }) => {
    await load(file);
  });
});

describe('every JavaScript snippet runs', () => {
  for (const { name, file, code, notRun } of javascript) {
    test(name, async () => {
      const flags = notRun !== undefined ? ['--check'] : code.includes("'node:test'") ? ['--test'] : [];
      // Without the variables of this process, vitest's among them.
      const env = { PATH: process.env['PATH'], ANYBUCKET_DATA_STORE: 'memory:' };
      await promisify(execFile)(process.execPath, [...flags, join(folder, file)], { cwd: folder, env });
    });
  }
});

describe('every configuration opens its datastores', () => {
  for (const { name, language, code } of configurations) {
    test(name, async () => {
      const cwd = mkdtempSync(join(tmpdir(), 'anybucket-snippets-'));
      try {
        writeFileSync(join(cwd, `anybucket.config.${language}`), code);
        const { connect } = await import('@anybucket/core');
        const names = [...code.matchAll(/^ *"?([a-z_]+)"?: *(?:"?(?:minio|fs|memory):|\{ *"?backend"?:)/gm)].map(([, found = '']) => found);
        expect(names.length).toBeGreaterThan(0);
        // The variables of the page on configuration.
        const env = { HOME: cwd, MINIO_USER: 'user', MINIO_PASSWORD: 'pass/word', MINIO_HOST: 'localhost:9000' };
        for (const datastore of names) await (await connect(datastore as 'data_store', { cwd, env })).close();
      } finally {
        rmSync(cwd, { recursive: true });
      }
    });
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});
