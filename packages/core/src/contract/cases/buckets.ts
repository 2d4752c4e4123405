import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readBytes, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { sortByBytes } from '../reference.js';

/** A bucket with any of these keys is not empty. */
const remainingKeys: Readonly<Record<string, string>> = {
  'buckets/remove-not-empty/object': 'k',
  'buckets/remove-not-empty/nested-object': 'a/b/c',
  'buckets/remove-not-empty/folder-object': 'd/',
  'buckets/remove-not-empty/hidden-object': '.hidden',
};

/** Creating, finding, listing and removing buckets. */
export const bucketCases = [
  contractCase('buckets/exists-missing', async ({ datastore, unusedName }) => {
    assert.equal(await datastore.bucketExists(unusedName()), false);
  }),

  contractCase('buckets/create', async ({ datastore, unusedName }) => {
    const name = unusedName();
    assert.equal(await datastore.createBucket(name), true);
    assert.equal(await datastore.bucketExists(name), true);
    for (const other of [name.slice(0, -1), `${name}x`, `${name}.x`, `x${name}`]) assert.equal(await datastore.bucketExists(other), false);
  }),

  contractCase('buckets/create-existing', async ({ datastore, bucket }) => {
    await bucket.put('kept', 'body');
    assert.equal(await datastore.createBucket(bucket.name), false);
    assert.equal(await readText(bucket, 'kept'), 'body');
  }),

  contractCase('buckets/list-order', async ({ datastore, createBucket }) => {
    const stem = `contract-${randomBytes(6).toString('hex')}`;
    const names = ['b', 'a', '0', '-a', '.a', 'a0', 'a-b', 'ab'].map((end) => stem + end);
    for (const name of names) await createBucket(name);
    const seen = await datastore.list();
    assert.deepEqual(
      seen.filter((name) => name.startsWith(stem)),
      sortByBytes(names),
    );
    assert.deepEqual(seen, sortByBytes(seen));
    for (const name of seen) assert.match(name, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/);
  }),

  contractCase('buckets/list-as-array', async ({ datastore, bucket }) => {
    for (const names of [await datastore.list(), await datastore.list('array'), await datastore.list({ returnType: 'array' })]) {
      assert.ok(Array.isArray(names) && names.includes(bucket.name));
    }
  }),

  contractCase('buckets/list-as-string', async ({ datastore, bucket, createAnotherBucket }) => {
    const created = [bucket.name, (await createAnotherBucket()).name];
    for (const names of [await datastore.list('str'), await datastore.list({ returnType: 'str' })]) {
      assert.equal(typeof names, 'string');
      const listed = names.split(',').filter((name) => created.includes(name));
      assert.deepEqual(listed, sortByBytes(created));
    }
  }),

  contractCase('buckets/get-buckets', async ({ datastore, bucket }) => {
    await bucket.put('k', 'body');
    const handle = (await datastore.getBuckets()).find(({ name }) => name === bucket.name);
    assert.ok(handle !== undefined);
    assert.equal(handle.datastore, datastore);
    assert.equal(await readText(handle, 'k'), 'body');
  }),

  contractCase('buckets/get-bucket', async ({ datastore, bucket }) => {
    await bucket.put('k', 'body');
    const handle = await datastore.getBucket(bucket.name);
    assert.equal(handle.name, bucket.name);
    assert.equal(await readText(handle, 'k'), 'body');
  }),

  contractCase('buckets/get-bucket-missing', async ({ datastore, unusedName }) => {
    const name = unusedName();
    await expectError(() => datastore.getBucket(name), 'NoSuchBucket', { operation: 'getBucket', bucket: name });
  }),

  contractCase('buckets/handle-without-io', async ({ datastore, unusedName }) => {
    const handle = datastore.bucket(unusedName());
    assert.equal(handle.datastore, datastore);
    await datastore.createBucket(handle.name);
    await handle.put('k', 'body');
    assert.equal(await readText(handle, 'k'), 'body');
  }),

  contractCase('buckets/two-handles', async ({ datastore, bucket }) => {
    const other = datastore.bucket(bucket.name);
    await bucket.put('k', 'one');
    assert.equal(await readText(other, 'k'), 'one');
    await other.put('k', 'two');
    assert.equal(await readText(bucket, 'k'), 'two');
    await bucket.delete('k');
    assert.equal(await other.exists('k'), false);
  }),

  contractCase('buckets/not-thenable', async ({ datastore, bucket }) => {
    // `await` calls `then` of a thenable instead of returning the object.
    await bucket.put('k', 'body');
    const object = await bucket.get('k');
    for (const one of [datastore, bucket, object, object.info]) assert.equal('then' in one, false);
    await object.cancel();
  }),

  contractCase('buckets/remove-empty', async ({ datastore, unusedName }) => {
    const name = unusedName();
    await datastore.createBucket(name);
    assert.equal(await datastore.removeBucket(name), true);
    assert.equal(await datastore.bucketExists(name), false);
    assert.equal((await datastore.list()).includes(name), false);
    await expectError(() => datastore.bucket(name).put('k', 'body'), 'NoSuchBucket');
    assert.equal(await datastore.bucketExists(name), false);
  }),

  contractCase('buckets/remove-missing', async ({ datastore, unusedName }) => {
    assert.equal(await datastore.removeBucket(unusedName()), false);
  }),

  ...entriesOf(remainingKeys).map(([id, key]) =>
    contractCase(id, async ({ datastore, bucket }) => {
      await bucket.put(key, 'body');
      await expectError(() => datastore.removeBucket(bucket.name), 'BucketNotEmpty', { operation: 'removeBucket', bucket: bucket.name });
      assert.equal(await datastore.bucketExists(bucket.name), true);
      assert.equal(await readText(bucket, key), 'body');
      await bucket.delete(key);
      assert.equal(await datastore.removeBucket(bucket.name), true);
    }),
  ),

  contractCase('buckets/recreated-is-empty', async ({ datastore, bucket }) => {
    await bucket.put('dir/k', 'old', { contentType: 'text/plain', metadata: { old: 'yes' } });
    await bucket.delete('dir/k');
    await datastore.removeBucket(bucket.name);
    assert.equal(await datastore.createBucket(bucket.name), true);
    assert.deepEqual(await bucket.list(), []);
    await expectError(() => bucket.stat('dir/k'), 'NoSuchKey');
    await bucket.put('dir/k', 'new');
    const info = await bucket.stat('dir/k');
    assert.deepEqual({ ...info.metadata }, {});
    assert.equal(info.contentType, 'binary/octet-stream');
  }),

  contractCase('buckets/same-key-in-two-buckets', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('k', 'one', { metadata: { of: 'one' } });
    await other.put('k', 'other', { metadata: { of: 'other' } });
    assert.equal(await readText(bucket, 'k'), 'one');
    assert.equal((await bucket.stat('k')).metadata['of'], 'one');
    await bucket.delete('k');
    assert.equal(await readText(other, 'k'), 'other');
    assert.equal((await other.stat('k')).metadata['of'], 'other');
  }),

  contractCase('buckets/names-with-common-prefix', async ({ datastore, createBucket }) => {
    const name = `contract-${randomBytes(6).toString('hex')}`;
    for (const one of [name, `${name}.b`, `${name}-c`]) {
      await createBucket(one);
      await datastore.bucket(one).put('b/k', one);
    }
    for (const one of [name, `${name}.b`, `${name}-c`]) {
      assert.deepEqual(await datastore.bucket(one).listFilename(), ['b/k']);
      assert.equal((await readBytes(datastore.bucket(one), 'b/k')).toString(), one);
    }
    await datastore.bucket(name).delete('b/k');
    assert.equal(await datastore.removeBucket(name), true);
    for (const one of [`${name}.b`, `${name}-c`]) assert.equal((await readBytes(datastore.bucket(one), 'b/k')).toString(), one);
  }),
];
