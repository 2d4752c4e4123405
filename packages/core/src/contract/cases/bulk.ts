import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import type { Bucket } from '../../api/datastore.js';
import type { BulkProgress, CopyAllOptions, DeleteAllOptions } from '../../api/options.js';
import { readText } from '../bodies.js';
import { collect, expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';

const attributes = { contentType: 'text/html', cacheControl: 'no-cache', metadata: { a: 'b' } };

async function putAll(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (const key of keys) await bucket.put(key, key);
}

/** Copies with the source first, moves, and calls on all objects with a prefix. */
export const bulkCases = [
  contractCase('copy-to/source-first', async ({ bucket }) => {
    await bucket.put('source', 'body', attributes);
    const { etag, lastModified } = await bucket.copy('source', 'target');
    assert.equal(await readText(bucket, 'target'), 'body');
    const info = await bucket.stat('target');
    assert.deepEqual([info.etag, info.lastModified, info.contentType, info.cacheControl], [etag, lastModified, 'text/html', 'no-cache']);
    assert.equal(await readText(bucket, 'source'), 'body');
  }),

  contractCase('copy-to/other-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('k', 'body');
    await bucket.copy('k', 'k', { bucket: other.name });
    assert.equal(await readText(other, 'k'), 'body');
  }),

  contractCase('copy-to/replaces-attributes', async ({ bucket }) => {
    await bucket.put('k', 'body', attributes);
    await bucket.copy('k', 'k', { metadata: { c: 'd' } });
    const { contentType, metadata } = await bucket.stat('k');
    assert.deepEqual([contentType, { ...metadata }], ['binary/octet-stream', { c: 'd' }]);
  }),

  contractCase('copy-to/named', async ({ bucket }) => {
    await bucket.put('source', 'body');
    await bucket.fcopyTo(bucket.name, { target: 'target', source: 'source', metadata: { c: 'd' } });
    assert.deepEqual({ ...(await bucket.stat('target')).metadata }, { c: 'd' });
    assert.equal(await readText(bucket, 'source'), 'body');
  }),

  contractCase('copy-to/errors', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await expectError(() => bucket.copy('missing', 'target'), 'NoSuchKey', { operation: 'copy', key: 'missing' });
    await expectError(() => bucket.copy('k', 'k'), 'InvalidRequest', { operation: 'copy', key: 'k' });
    await expectError(() => bucket.copy('k', 'a\ud800'), 'InvalidKey', { operation: 'copy' });
    await expectError(() => bucket.copy('k', 'x', { sourceIfMatch: '"other"' }), 'PreconditionFailed');
    await expectError(() => bucket.copy('k', 'x', { bucket: 'A' }), 'InvalidBucketName');
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  contractCase('move/within-bucket', async ({ bucket }) => {
    await bucket.put('source', 'body', attributes);
    const { etag } = await bucket.move('source', 'dir/target');
    assert.deepEqual(await bucket.listFilename(), ['dir/target']);
    const info = await bucket.stat('dir/target');
    assert.deepEqual([info.etag, info.contentType, { ...info.metadata }], [etag, 'text/html', { a: 'b' }]);
  }),

  contractCase('move/other-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('k', 'body');
    await bucket.move('k', 'k', { bucket: other.name });
    assert.equal(await readText(other, 'k'), 'body');
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('move/replaces-target', async ({ bucket }) => {
    await putAll(bucket, ['source', 'target']);
    await bucket.move('source', 'target');
    assert.equal(await readText(bucket, 'target'), 'source');
  }),

  contractCase('move/onto-itself', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await expectError(() => bucket.move('k', 'k'), 'InvalidRequest', { operation: 'move', key: 'k' });
    await expectError(() => bucket.move('k', 'k', { metadata: { a: 'b' } }), 'InvalidRequest');
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  contractCase('move/missing-source', async ({ bucket }) => {
    await bucket.put('target', 'old');
    await expectError(() => bucket.move('missing', 'target'), 'NoSuchKey', { operation: 'move', key: 'missing' });
    assert.equal(await readText(bucket, 'target'), 'old');
  }),

  contractCase('move/failed-condition', async ({ bucket }) => {
    await putAll(bucket, ['source', 'target']);
    await expectError(() => bucket.move('source', 'target', { sourceIfMatch: '"other"' }), 'PreconditionFailed');
    assert.deepEqual([await readText(bucket, 'source'), await readText(bucket, 'target')], ['source', 'target']);
  }),

  contractCase(
    'move/target-condition',
    async ({ bucket }) => {
      await putAll(bucket, ['source', 'target']);
      await expectError(() => bucket.move('source', 'target', { ifNoneMatch: '*' }), 'PreconditionFailed');
      assert.equal(await readText(bucket, 'source'), 'source');
      await bucket.move('source', 'new', { ifNoneMatch: '*' });
      assert.deepEqual(await bucket.listFilename(), ['new', 'target']);
    },
    { requires: ['conditionalCopy'] },
  ),

  contractCase('delete-all/prefix', async ({ bucket }) => {
    await putAll(bucket, ['a', 'dir/a', 'dir/b/c', 'dirx', 'e']);
    const result = await bucket.deleteAll({ prefix: 'dir/' });
    assert.deepEqual(result, { done: 2, skipped: 0, failed: 0, bytes: 0, failures: [], lastKey: 'dir/b/c' });
    assert.deepEqual(await bucket.listFilename(), ['a', 'dirx', 'e']);
  }),

  contractCase('delete-all/everything', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b/c']);
    assert.equal((await bucket.deleteAll({ prefix: '' })).done, 2);
    assert.deepEqual(await bucket.list(), []);
    assert.deepEqual(await bucket.deleteAll({ prefix: '' }), { done: 0, skipped: 0, failed: 0, bytes: 0, failures: [] });
  }),

  contractCase('delete-all/below-objects', async ({ bucket }) => {
    await putAll(bucket, ['a', 'a/b', 'a/b/c', 'b']);
    const { done } = await bucket.deleteAll({ prefix: 'a' });
    assert.equal(done, 3);
    assert.deepEqual(await bucket.listFilename(), ['b']);
    assert.equal(await bucket.exists('a/b/c'), false);
  }),

  contractCase('delete-all/start-after', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b', 'c']);
    const steps: BulkProgress[] = [];
    await bucket.deleteAll({ prefix: '', startAfter: 'a', progress: (step) => steps.push(step) });
    assert.deepEqual(await bucket.listFilename(), ['a']);
    assert.deepEqual(
      steps.map(({ done, lastKey }) => [done, lastKey]),
      [
        [1, 'b'],
        [2, 'c'],
      ],
    );
  }),

  contractCase('delete-all/invalid-options', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const options of [undefined, {}, { prefix: 5 }, { prefix: '\ud800' }, { prefix: '', limit: 1 }])
      await expectError(() => bucket.deleteAll(options as DeleteAllOptions), 'InvalidArgument', { operation: 'deleteAll' });
    assert.equal(await bucket.exists('k'), true);
  }),

  contractCase('copy-all/other-prefix', async ({ bucket }) => {
    await bucket.put('from/a', 'one', attributes);
    await putAll(bucket, ['from/b/c', 'fromage', 'to/b/c']);
    const result = await bucket.copyAll({ prefix: 'from/', to: 'to/' });
    assert.deepEqual(result, { done: 2, skipped: 0, failed: 0, bytes: 11, failures: [], lastKey: 'from/b/c' });
    assert.deepEqual(await bucket.listFilename({ prefix: 'to/' }), ['to/a', 'to/b/c']);
    assert.equal(await readText(bucket, 'to/b/c'), 'from/b/c');
    assert.equal((await bucket.stat('to/a')).contentType, 'text/html');
  }),

  contractCase('copy-all/other-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await putAll(bucket, ['a', 'b/c']);
    const { done } = await bucket.copyAll({ prefix: '', to: '', bucket: other.name, concurrency: 1 });
    assert.equal(done, 2);
    assert.deepEqual(await other.listFilename(), ['a', 'b/c']);
  }),

  contractCase('copy-all/into-itself', async ({ bucket }) => {
    await putAll(bucket, ['a/b']);
    for (const to of ['a/', 'a/b', 'a/copies/', 'a', ''])
      await expectError(() => bucket.copyAll({ prefix: 'a/', to }), 'InvalidRequest', { operation: 'copyAll' });
    await expectError(() => bucket.copyAll({ prefix: '', to: 'x/' }), 'InvalidRequest');
    assert.deepEqual(await bucket.listFilename(), ['a/b']);
  }),

  contractCase('copy-all/goes-on-after-failure', async ({ bucket }) => {
    const long = `b/${`${'x'.repeat(199)}/`.repeat(5)}k`;
    await putAll(bucket, ['b/a', long, 'b/z']);
    const result = await bucket.copyAll({ prefix: 'b/', to: `${'y'.repeat(100)}/` });
    assert.deepEqual([result.done, result.failed, result.lastKey], [2, 1, 'b/z']);
    assert.equal(result.failures[0]?.error.code, 'KeyTooLongError');
    assert.equal(result.failures[0]?.key, long);
  }),

  contractCase('copy-all/start-after', async ({ bucket }) => {
    await putAll(bucket, ['a/1', 'a/2', 'a/3']);
    await bucket.copyAll({ prefix: 'a/', to: 'b/', startAfter: 'a/1' });
    assert.deepEqual(await bucket.listFilename({ prefix: 'b/' }), ['b/2', 'b/3']);
  }),

  contractCase('copy-all/invalid-options', async ({ bucket }) => {
    for (const options of [
      {},
      { prefix: '' },
      { to: '' },
      { prefix: '', to: 'x', concurrency: 0 },
      { prefix: '', to: 'x', concurrency: 65 },
    ])
      await expectError(() => bucket.copyAll(options as CopyAllOptions), 'InvalidArgument', { operation: 'copyAll' });
    await expectError(() => bucket.copyAll({ prefix: '', to: 'x', bucket: 'A' }), 'InvalidBucketName');
  }),

  contractCase('keys/yields-keys', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b/c', 'b/d', 'e']);
    assert.deepEqual(await collect(bucket.keys()), ['a', 'b/c', 'b/d', 'e']);
    assert.deepEqual(await collect(bucket.keys({ prefix: 'b/' })), ['b/c', 'b/d']);
    assert.deepEqual(await collect(bucket.keys({ startAfter: 'b/c', limit: 1 })), ['b/d']);
    await expectError(() => collect(bucket.keys({ limit: -1 })), 'InvalidArgument', { operation: 'keys' });
  }),

  contractCase('objects/yields-summaries', async ({ bucket }) => {
    await bucket.put('k', 'body', attributes);
    const [object, ...rest] = await collect(bucket.objects());
    const { etag, lastModified } = await bucket.stat('k');
    assert.deepEqual([object, rest], [{ key: 'k', size: 4, etag, lastModified }, []]);
    await expectError(() => collect(bucket.objects({ prefix: 5 as unknown as string })), 'InvalidArgument', { operation: 'objects' });
  }),

  contractCase('keys/early-exit', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b']);
    for await (const key of bucket.keys()) {
      assert.equal(key, 'a');
      break;
    }
    assert.equal(await text(await bucket.get('a')), 'a');
  }),
];
