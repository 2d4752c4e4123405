import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertSameBytes, collect, entryKeys, expectError } from '../assertions.js';
import { readBytes, readText } from '../bodies.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { CaseOptions, ContractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';
import { expectedListing, sortByBytes } from '../reference.js';
import { minPartBytes, uploadTwoParts } from '../upload-parts.js';
import { formatVersions } from '../version-histories.js';
import { pairCase, roundTripCase } from './keys.js';

const requires: CaseOptions = { requires: ['anyKeys'] };

/** Keys that only S3 accepts. They must be stored and listed unchanged. */
const keys: Readonly<Record<string, string>> = {
  'any-keys/round-trip/leading-slash': '/a',
  'any-keys/round-trip/slash-only': '/',
  'any-keys/round-trip/slashes-only': '//',
  'any-keys/round-trip/two-slashes': 'a//b',
  'any-keys/round-trip/two-trailing-slashes': 'a//',
  'any-keys/round-trip/dot': '.',
  'any-keys/round-trip/dot-dot': '..',
  'any-keys/round-trip/leading-dot-dot': '../a',
  'any-keys/round-trip/dot-segment': 'a/./b',
  'any-keys/round-trip/dot-dot-segment': 'a/../b',
  'any-keys/round-trip/trailing-dot': 'a/.',
  'any-keys/round-trip/trailing-dot-dot': 'a/..',
  'any-keys/round-trip/dot-folder': 'a/./',
  'any-keys/round-trip/dot-dot-backslash': 'a\\..\\b',
  'any-keys/round-trip/dot-dot-and-spaces': 'a/ .. /b',
  'any-keys/round-trip/minio-folder-marker': 'a__XLDIR__',
  'any-keys/round-trip/segment-of-256': `a/${'x'.repeat(256)}/b`,
  'any-keys/round-trip/one-segment-of-1024': 'x'.repeat(1024),
};

const pairs: Readonly<Record<string, readonly [string, string]>> = {
  'any-keys/not-aliased/leading-slash': ['/a', 'a'],
  'any-keys/not-aliased/leading-slashes': ['//a', '/a'],
  'any-keys/not-aliased/two-slashes': ['a//b', 'a/b'],
  'any-keys/not-aliased/trailing-slashes': ['a//', 'a/'],
  'any-keys/not-aliased/dot-segment': ['a/./b', 'a/b'],
  'any-keys/not-aliased/dot-dot-segment': ['a/../b', 'b'],
  'any-keys/not-aliased/percent-encoded-dots': ['a/../b', 'a/%2E%2E/b'],
  'any-keys/not-aliased/minio-folder-marker': ['a__XLDIR__', 'a/'],
};

const mixed = ['/', '/a', '//', '//b', 'a', 'a/', 'a/.', 'a/..', 'a/../b', 'a/./b', 'a//', 'a//b', 'a/b', 'b'] as const;

async function putAll({ bucket }: Fixture): Promise<void> {
  for (const key of mixed) await bucket.put(key, `the body of ${key}`);
}

const anyKeyCase = (
  id: string,
  check: (fixture: Fixture) => Promise<void>,
  ...others: NonNullable<CaseOptions['requires']>
): ContractCase => contractCase(id, check, { requires: ['anyKeys', ...others] });

/** Keys by the rules of S3. */
export const anyKeyCases = [
  ...entriesOf(keys).map(([id, key]) => roundTripCase(id, key, requires)),
  ...entriesOf(pairs).map(([id, pair]) => pairCase(id, pair, requires)),

  anyKeyCase('any-keys/list', async (fixture) => {
    await putAll(fixture);
    const { bucket } = fixture;
    assert.deepEqual(await bucket.listFilename(), sortByBytes(mixed));
    for (const prefix of ['/', '//', 'a/', 'a//', 'a/.', 'a/..', 'a/../', 'c//']) {
      assert.deepEqual(entryKeys(await bucket.list({ prefix })), expectedListing(mixed, { prefix }), prefix);
      const grouped = await bucket.list({ prefix, delimiter: '/' });
      assert.deepEqual(entryKeys(grouped), expectedListing(mixed, { prefix, delimiter: '/' }), prefix);
    }
    for (const delimiter of ['/', '//', '.']) {
      assert.deepEqual(entryKeys(await bucket.list({ delimiter })), expectedListing(mixed, { delimiter }), delimiter);
    }
    for (const startAfter of mixed) {
      assert.deepEqual(await collect(bucket.keys({ startAfter })), expectedListing(mixed, { startAfter }), startAfter);
    }
  }),

  anyKeyCase('any-keys/list-pages', async (fixture) => {
    await putAll(fixture);
    const { bucket } = fixture;
    assert.deepEqual(entryKeys(await collect(bucket.iterate({ pageSize: 1 }))), expectedListing(mixed, {}));
    const grouped = await collect(bucket.iterate({ pageSize: 1, delimiter: '/' }));
    assert.deepEqual(entryKeys(grouped), expectedListing(mixed, { delimiter: '/' }));
    const inFolder = await collect(bucket.iterate({ pageSize: 1, prefix: 'a/', delimiter: '/' }));
    assert.deepEqual(entryKeys(inFolder), expectedListing(mixed, { prefix: 'a/', delimiter: '/' }));
  }),

  anyKeyCase('any-keys/batch-delete', async (fixture) => {
    await putAll(fixture);
    const { bucket } = fixture;
    const batch = ['/a', '//b', 'a/../b', 'a//b'];
    assert.deepEqual(await bucket.delete(batch), { deleted: batch });
    assert.deepEqual(await bucket.listFilename(), sortByBytes(mixed.filter((key) => !batch.includes(key))));
  }),

  anyKeyCase('any-keys/delete-all', async (fixture) => {
    await putAll(fixture);
    const { bucket } = fixture;
    assert.equal((await bucket.deleteAll({ prefix: '/' })).done, 4);
    assert.equal((await bucket.deleteAll({ prefix: 'a//' })).done, 2);
    assert.deepEqual(
      await bucket.listFilename(),
      mixed.filter((key) => !/^\/|^a\/\//.test(key)),
    );
  }),

  anyKeyCase('any-keys/move-and-copy-all', async (fixture) => {
    await putAll(fixture);
    const { bucket } = fixture;
    await bucket.move('a/../b', '/moved');
    assert.equal(await readText(bucket, '/moved'), 'the body of a/../b');
    assert.equal(await bucket.exists('a/../b'), false);
    await bucket.copyAll({ prefix: 'a/', to: '../' });
    assert.deepEqual(await bucket.listFilename({ prefix: '../' }), ['../', '../.', '../..', '.././b', '..//', '..//b', '../b']);
    assert.equal(await readText(bucket, '..//b'), 'the body of a//b');
  }),

  anyKeyCase('any-keys/files', async ({ bucket, createTempFolder }) => {
    const folder = await createTempFolder();
    const [source, target] = [join(folder, 'source.txt'), join(folder, 'target')];
    await writeFile(source, 'body');
    for (const key of ['../escape', '/absolute', 'a//b/']) {
      await bucket.fput(key, source);
      await bucket.fget(key, target);
      assert.equal(await readFile(target, 'utf8'), 'body');
      assert.equal((await bucket.stat(key)).key, key);
    }
  }),

  anyKeyCase('any-keys/other-bucket-untouched', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await other.put('k', 'body');
    const key = `../${other.name}/k`;
    await bucket.put(key, 'other body');
    assert.equal(await readText(other, 'k'), 'body');
    await bucket.delete([key]);
    await bucket.delete(key);
    assert.deepEqual(await other.listFilename(), ['k']);
  }),

  anyKeyCase('any-keys/errors', async ({ bucket }) => {
    for (const key of ['/missing', 'a//b', 'a/../missing']) {
      await expectError(() => bucket.get(key), 'NoSuchKey', { operation: 'get', bucket: bucket.name, key });
      await expectError(() => bucket.copy(key, 'target'), 'NoSuchKey', { key });
    }
  }),

  anyKeyCase(
    'any-keys/tags',
    async ({ bucket }) => {
      await bucket.put('a//b', 'body', { tags: { a: '1' } });
      await bucket.setTags('a//b', { b: '2' });
      assert.deepEqual({ ...(await bucket.tags('a//b')) }, { b: '2' });
      await bucket.removeTags('a//b');
      assert.deepEqual({ ...(await bucket.tags('a//b')) }, {});
    },
    'tags',
  ),

  anyKeyCase(
    'any-keys/versions',
    async ({ bucket }) => {
      await bucket.setVersioning('enabled');
      for (const key of ['a/', '/a', 'a/../b']) {
        const one = (await bucket.put(key, 'one')).versionId;
        const two = (await bucket.put(key, 'two')).versionId;
        assert.equal(await (await bucket.get(key, { versionId: one })).text(), 'one');
        await bucket.delete(key, { versionId: two });
        assert.equal(await readText(bucket, key), 'one');
        assert.equal(formatVersions(await bucket.listVersions({ prefix: key }), { one, two }), `${key}@one*`);
      }
      const { entries } = await bucket.listVersionsPage({ after: { key: '/a' }, pageSize: 1 });
      assert.deepEqual(
        entries.map(({ key }) => key),
        ['a/'],
      );
    },
    'versioning',
  ),

  anyKeyCase(
    'any-keys/uploads',
    async ({ bucket }) => {
      for (const key of ['/a', 'a/']) {
        const parts = await uploadTwoParts(bucket, key);
        assertSameBytes(await readBytes(bucket, key), Buffer.concat(parts));
      }
      const upload = await bucket.createUpload('a/../b');
      assert.deepEqual(
        (await bucket.listUploads({ prefix: 'a/../' })).map(({ key, id }) => [key, id]),
        [['a/../b', upload.id]],
      );
      await upload.copyPart(1, '/a', { range: { start: 0, end: minPartBytes } });
      await upload.complete();
      assert.equal((await bucket.stat('a/../b')).size, minPartBytes);
    },
    'uploads',
  ),

  anyKeyCase(
    'any-keys/presign',
    async ({ bucket }) => {
      // Not `a/../b`: `fetch` resolves it.
      for (const key of ['/a', 'a//b', '//']) {
        await bucket.put(key, `the body of ${key}`);
        assert.equal(await (await fetch(await bucket.presign(key))).text(), `the body of ${key}`);
        const response = await fetch(await bucket.presign(key, { method: 'PUT' }), { method: 'PUT', body: 'new' });
        assert.equal(response.status, 200);
        assert.equal(await readText(bucket, key), 'new');
      }
    },
    'presign',
  ),

  anyKeyCase(
    'any-keys/presign-post',
    async ({ bucket }) => {
      const { url, fields } = await bucket.presignPost({ key: '/a/../b//' });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob(['body']));
      const response = await fetch(url, { method: 'POST', body: form });
      assert.equal(response.ok, true, await response.text());
      assert.deepEqual(await bucket.listFilename(), ['/a/../b//']);
    },
    'presign',
  ),
];
