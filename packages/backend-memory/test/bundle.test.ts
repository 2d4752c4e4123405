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
  import { MemoryDatastore } from '@anybucket/backend-memory';
  async function main() {
    const store = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
    await store.bucket('photos').put('b.txt', 'world');
    console.log(JSON.stringify(store), store.volume.readFileSync('/photos/b.txt', 'utf8'));
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
  expect(stdout.trim()).toBe('{"photos":{"a.txt":"hello","b.txt":"world"}} world');
});
