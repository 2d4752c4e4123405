import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bytesOf, textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';
import { inByteOrder } from '../reference.js';

/** Buckets: making, finding, listing, removing. */
export const bucketCases = [
  contractCase('buckets/missing-is-false', async ({ datastore, freeName }) => {
    assert.equal(await datastore.bucketExists(freeName()), false);
  }),

  contractCase('buckets/created-exists', async ({ datastore, freeName }) => {
    const name = freeName();
    assert.equal(await datastore.createBucket(name), true);
    assert.equal(await datastore.bucketExists(name), true);
    for (const other of [name.slice(0, -1), `${name}x`, `${name}.x`, `x${name}`]) assert.equal(await datastore.bucketExists(other), false);
  }),

  contractCase('buckets/created-twice', async ({ datastore, bucket }) => {
    await bucket.put('kept', 'body');
    assert.equal(await datastore.createBucket(bucket.name), false);
    assert.equal(await textOf(bucket, 'kept'), 'body');
  }),

  contractCase('buckets/list-in-order', async ({ datastore, create }) => {
    const stem = `contract-${randomBytes(6).toString('hex')}`;
    const names = ['b', 'a', '0', '-a', '.a', 'a0', 'a-b', 'ab'].map((end) => stem + end);
    for (const name of names) await create(name);
    const seen = await datastore.list();
    assert.deepEqual(
      seen.filter((name) => name.startsWith(stem)),
      inByteOrder(names),
    );
    assert.deepEqual(seen, inByteOrder(seen));
    for (const name of seen) assert.match(name, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/);
  }),

  contractCase('buckets/list-as-array', async ({ datastore, bucket }) => {
    for (const names of [await datastore.list(), await datastore.list('array'), await datastore.list({ returnType: 'array' })]) {
      assert.ok(Array.isArray(names) && names.includes(bucket.name));
    }
  }),

  contractCase('buckets/list-as-text', async ({ datastore, bucket, anotherBucket }) => {
    const mine = [bucket.name, (await anotherBucket()).name];
    for (const names of [await datastore.list('str'), await datastore.list({ returnType: 'str' })]) {
      assert.equal(typeof names, 'string');
      const listed = names.split(',').filter((name) => mine.includes(name));
      assert.deepEqual(listed, inByteOrder(mine));
    }
  }),

  contractCase('buckets/get-buckets', async ({ datastore, bucket }) => {
    await bucket.put('k', 'body');
    const handle = (await datastore.getBuckets()).find(({ name }) => name === bucket.name);
    assert.ok(handle !== undefined);
    assert.equal(handle.datastore, datastore);
    assert.equal(await textOf(handle, 'k'), 'body');
  }),

  contractCase('buckets/get-bucket', async ({ datastore, bucket }) => {
    await bucket.put('k', 'body');
    const handle = await datastore.getBucket(bucket.name);
    assert.equal(handle.name, bucket.name);
    assert.equal(await textOf(handle, 'k'), 'body');
  }),

  contractCase('buckets/get-bucket-missing', async ({ datastore, freeName }) => {
    const name = freeName();
    await fails(() => datastore.getBucket(name), 'NoSuchBucket', { operation: 'getBucket', bucket: name });
  }),

  contractCase('buckets/handle-without-asking', async ({ datastore, freeName }) => {
    const handle = datastore.bucket(freeName());
    assert.equal(handle.datastore, datastore);
    await datastore.createBucket(handle.name);
    await handle.put('k', 'body');
    assert.equal(await textOf(handle, 'k'), 'body');
  }),

  contractCase('buckets/two-handles', async ({ datastore, bucket }) => {
    const other = datastore.bucket(bucket.name);
    await bucket.put('k', 'one');
    assert.equal(await textOf(other, 'k'), 'one');
    await other.put('k', 'two');
    assert.equal(await textOf(bucket, 'k'), 'two');
    await bucket.delete('k');
    assert.equal(await other.exists('k'), false);
  }),

  contractCase('buckets/nothing-is-thenable', async ({ datastore, bucket }) => {
    // Awaiting a thenable would call it: `await connect(...)` must give the handle itself.
    await bucket.put('k', 'body');
    const object = await bucket.get('k');
    for (const one of [datastore, bucket, object, object.info]) assert.equal('then' in one, false);
    await object.cancel();
  }),

  contractCase('buckets/removed-when-empty', async ({ datastore, freeName }) => {
    const name = freeName();
    await datastore.createBucket(name);
    assert.equal(await datastore.removeBucket(name), true);
    assert.equal(await datastore.bucketExists(name), false);
    assert.equal((await datastore.list()).includes(name), false);
    await fails(() => datastore.bucket(name).put('k', 'body'), 'NoSuchBucket');
    assert.equal(await datastore.bucketExists(name), false);
  }),

  contractCase('buckets/remove-missing', async ({ datastore, freeName }) => {
    assert.equal(await datastore.removeBucket(freeName()), false);
  }),

  ...['k', 'a/b/c', 'd/', '.hidden'].map((key) =>
    contractCase(`buckets/remove-not-empty/${key}`, async ({ datastore, bucket }) => {
      await bucket.put(key, 'body');
      await fails(() => datastore.removeBucket(bucket.name), 'BucketNotEmpty', { operation: 'removeBucket', bucket: bucket.name });
      assert.equal(await datastore.bucketExists(bucket.name), true);
      assert.equal(await textOf(bucket, key), 'body');
      await bucket.delete(key);
      assert.equal(await datastore.removeBucket(bucket.name), true);
    }),
  ),

  contractCase('buckets/made-again-is-empty', async ({ datastore, bucket }) => {
    await bucket.put('dir/k', 'old', { contentType: 'text/plain', metadata: { old: 'yes' } });
    await bucket.delete('dir/k');
    await datastore.removeBucket(bucket.name);
    assert.equal(await datastore.createBucket(bucket.name), true);
    assert.deepEqual(await bucket.list(), []);
    await fails(() => bucket.stat('dir/k'), 'NoSuchKey');
    await bucket.put('dir/k', 'new');
    const info = await bucket.stat('dir/k');
    assert.deepEqual({ ...info.metadata }, {});
    assert.equal(info.contentType, 'binary/octet-stream');
  }),

  contractCase('buckets/same-key-in-two', async ({ bucket, anotherBucket }) => {
    const other = await anotherBucket();
    await bucket.put('k', 'one', { metadata: { of: 'one' } });
    await other.put('k', 'other', { metadata: { of: 'other' } });
    assert.equal(await textOf(bucket, 'k'), 'one');
    assert.equal((await bucket.stat('k')).metadata['of'], 'one');
    await bucket.delete('k');
    assert.equal(await textOf(other, 'k'), 'other');
    assert.equal((await other.stat('k')).metadata['of'], 'other');
  }),

  contractCase('buckets/names-that-begin-alike', async ({ datastore, create }) => {
    const name = `contract-${randomBytes(6).toString('hex')}`;
    for (const one of [name, `${name}.b`, `${name}-c`]) {
      await create(one);
      await datastore.bucket(one).put('b/k', one);
    }
    for (const one of [name, `${name}.b`, `${name}-c`]) {
      assert.deepEqual(await datastore.bucket(one).listFilename(), ['b/k']);
      assert.equal((await bytesOf(datastore.bucket(one), 'b/k')).toString(), one);
    }
    await datastore.bucket(name).delete('b/k');
    assert.equal(await datastore.removeBucket(name), true);
    for (const one of [`${name}.b`, `${name}-c`]) assert.equal((await bytesOf(datastore.bucket(one), 'b/k')).toString(), one);
  }),
];
