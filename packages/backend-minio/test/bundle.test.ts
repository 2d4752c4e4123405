import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { expect, onTestFinished, test } from 'vitest';

const cwd = fileURLToPath(new URL('..', import.meta.url));

const program = `
  import { MinioDatastore } from '@anybucket/backend-minio';
  async function main() {
    const store = new MinioDatastore({ endPoint: 'host', tls: true, accessKey: 'key', secretKey: 'secret' });
    const url = new URL(await store.bucket('photos').presign('GET', 'a.txt'));
    const client = await store.client();
    console.log(url.origin + url.pathname, typeof client.listBuckets);
  }
  void main();
`;

test.each([
  ['esm', 'program.mjs'],
  ['cjs', 'program.cjs'],
] as const)('works in a bundle of format %s that runs without node_modules', async (format, fileName) => {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bundle = await rolldown({
    cwd,
    input: 'program',
    platform: 'node',
    plugins: [{ name: 'program', resolveId: (id) => (id === 'program' ? id : null), load: (id) => (id === 'program' ? program : null) }],
  });
  const { output } = await bundle.generate({ format, entryFileNames: fileName });
  await bundle.close();
  for (const file of output) await writeFile(join(folder, file.fileName), file.type === 'chunk' ? file.code : file.source);
  const { stdout } = await promisify(execFile)(process.execPath, [fileName], { cwd: folder });
  expect(stdout.trim()).toBe('https://host/photos/a.txt function');
});

test('imports the minio package only on demand', async () => {
  const bundle = await rolldown({ cwd, input: 'src/index.ts', platform: 'node', tsconfig: false, external: /^[^./]/ });
  const { output } = await bundle.generate();
  await bundle.close();
  const packages = output[0].imports.filter((specifier) => !specifier.startsWith('node:'));
  expect(packages.sort()).toEqual(['@anybucket/core', '@anybucket/core/backend']);
  expect(output[0].dynamicImports).toEqual(['minio']);
});
