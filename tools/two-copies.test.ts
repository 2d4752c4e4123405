// An application may load both builds of a package, the ES modules itself and the CommonJS through a dependency. Each test runs a program of
// its own against the built packages.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const cwd = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program in which `esm(name)` and `cjs(name)` return the two builds of a package. @returns what it reports, by `report(value)`. */
async function run(program: string, ...args: string[]): Promise<unknown> {
  const source = `
    import { createRequire } from 'node:module';
    const cjs = createRequire(import.meta.url);
    const esm = (name) => import(name);
    const report = (value) => console.log(JSON.stringify(value));
    ${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source, '--', ...args], { cwd });
  return JSON.parse(stdout);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-copies-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('the builds have classes of their own, and the same exports', async () => {
  const names = ['@anybucket/core', '@anybucket/core/backend', '@anybucket/core/container', '@anybucket/core/contract'];
  const all = [...names, '@anybucket/backend-memory', '@anybucket/backend-fs', '@anybucket/backend-minio'];
  const program = `
    const compared = [];
    for (const name of ${JSON.stringify(all)}) {
      const [modern, common] = [Object.keys(await esm(name)), Object.keys(cjs(name))];
      compared.push([name, common.filter((key) => key !== 'default').sort().join() === modern.filter((key) => key !== 'default').sort().join()]);
    }
    report([(await esm('@anybucket/core')).StorageError === cjs('@anybucket/core').StorageError, compared]);`;
  expect(await run(program)).toEqual([false, all.map((name) => [name, true])]);
});

test('isStorageError accepts an error of the other build', async () => {
  const program = `
    const failureOf = ({ MemoryDatastore }) => new MemoryDatastore().bucket('photos').get('cat.txt').catch((error) => error);
    const errors = [await failureOf(await esm('@anybucket/backend-memory')), await failureOf(cjs('@anybucket/backend-memory'))];
    report([await esm('@anybucket/core'), cjs('@anybucket/core')].flatMap((core) => errors.map((error) => core.isStorageError(error, 'NoSuchBucket'))));`;
  expect(await run(program)).toEqual([true, true, true, true]);
});

test('the tokens of a container are the same', async () => {
  const program = `
    const [modern, common] = [await esm('@anybucket/core/container'), cjs('@anybucket/core/container')];
    report([modern.DATASTORE === common.DATASTORE, modern.datastoreToken('archive') === common.datastoreToken('archive')]);`;
  expect(await run(program)).toEqual([true, true]);
});

test('memory datastores with the same `shared` name share their objects', async () => {
  const program = `
    const [modern, common] = [await esm('@anybucket/backend-memory'), cjs('@anybucket/backend-memory')].map(
      ({ MemoryDatastore }) => new MemoryDatastore({ shared: 'photos' }),
    );
    await modern.createBucket('photos');
    await modern.bucket('photos').put('cat.txt', 'meow');
    report(await (await common.bucket('photos').get('cat.txt')).text());`;
  expect(await run(program)).toBe('meow');
});

test('put takes an object that the other build opened, with its size', async () => {
  const program = `
    const [modern, common] = [await esm('@anybucket/backend-memory'), cjs('@anybucket/backend-memory')].map(
      ({ MemoryDatastore }) => new MemoryDatastore({ buckets: { photos: { 'cat.txt': 'meow' } } }).bucket('photos'),
    );
    const opened = await modern.get('cat.txt');
    await common.put('copy.txt', opened);
    const again = await common.put('again.txt', opened).catch(({ code }) => code);
    report([await (await common.get('copy.txt')).text(), again]);`;
  expect(await run(program)).toEqual(['meow', 'BodyUsed']);
});

test('of two builds over one root, one wins each conditional put', async () => {
  const program = `
    const [modern, common] = [await esm('@anybucket/backend-fs'), cjs('@anybucket/backend-fs')].map(
      ({ FsDatastore }) => new FsDatastore({ root: process.argv[1] }),
    );
    await modern.createBucket('photos');
    const create = (store, key, body) =>
      store.bucket('photos').put(key, body, { ifNoneMatch: '*' }).then(() => 1, ({ code }) => (code === 'PreconditionFailed' ? 0 : code));
    const keys = Array.from({ length: 50 }, (_, index) => 'key-' + index);
    const outcomes = await Promise.all(keys.map(async (key) => Promise.all([create(modern, key, 'a'), create(common, key, 'b')])));
    report([...new Set(outcomes.map(([first, second]) => first + second))]);`;
  expect(await run(program, await temporaryFolder())).toEqual([1]);
});

test('a build that opens a root does not remove what the other one is writing', async () => {
  const program = `
    const [{ FsDatastore: Modern }, { FsDatastore: Common }] = [await esm('@anybucket/backend-fs'), cjs('@anybucket/backend-fs')];
    const modern = new Modern({ root: process.argv[1] });
    await modern.createBucket('photos');
    const common = new Common({ root: process.argv[1] });
    async function* body() {
      yield 'me';
      await common.getBuckets();
      yield 'ow';
    }
    await modern.bucket('photos').put('cat.txt', body());
    report(await (await common.bucket('photos').get('cat.txt')).text());
    await Promise.all([modern.close(), common.close()]);`;
  expect(await run(program, await temporaryFolder())).toBe('meow');
});
