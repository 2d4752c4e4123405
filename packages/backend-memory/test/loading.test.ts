import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const cwd = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program against the built package in a process of its own. @returns which of the packages it has loaded after each step. */
async function loadedAfter(...steps: string[]): Promise<string[][]> {
  const program = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    const packages = ['sorted-btree', '@jsonjoy.com/fs-core', 'memfs'];
    const isLoaded = (name) => Object.keys(cache).some((file) => file.replaceAll('\\\\', '/').includes('/node_modules/' + name + '/'));
    const report = () => console.log(JSON.stringify(packages.filter(isLoaded)));
    let store;
    ${steps.map((step) => `${step}; report();`).join('\n')}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

test('each package is loaded by the first who needs it', async () => {
  const loaded = await loadedAfter(
    `const { MemoryDatastore } = await import('@anybucket/backend-memory')`,
    `store = new MemoryDatastore()`,
    `await store.createBucket('photos')`,
    `await store.bucket('photos').list()`,
    `await store.bucket('photos').put('a', 'b')`,
    `store.volume`,
  );
  const tree = ['sorted-btree'];
  expect(loaded).toEqual([[], [], tree, tree, tree, [...tree, '@jsonjoy.com/fs-core', 'memfs']]);
});

test.skipIf(process.platform === 'win32')('packages are loaded after a failure because too many files were open', async () => {
  const program = `
    import { closeSync, openSync } from 'node:fs';
    import { MemoryDatastore } from '@anybucket/backend-memory';
    const store = new MemoryDatastore();
    const create = () => store.createBucket('photos').then(String, ({ code, retryable }) => code + ' ' + retryable);
    const files = [];
    try { for (;;) files.push(openSync('/dev/null')); } catch {}
    closeSync(files.pop());
    console.log(await create());
    for (const file of files) closeSync(file);
    console.log(await create());
    await store.bucket('photos').put('a', 'b');
    console.log(store.volume.readFileSync('/photos/a', 'utf8'));`;
  const command = 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('bash', ['-c', command, process.execPath, program], { cwd });
  expect(stdout.trim().split('\n')).toEqual(['TooManyOpenFiles true', 'true', 'b']);
});
