import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import { operationCapabilities, traitCapabilities } from '../../rules/capabilities.js';
import { MiB, pattern, putAll, textOf } from '../bodies.js';
import { collect, fails, listed, within } from '../check.js';
import { contractCase } from '../contract-case.js';
import { emptyBucket } from '../empty-bucket.js';
import { GatedSource } from '../gated-source.js';
import type { Fixture } from '../scratch.js';

/** A bucket of a datastore that the case may close. What it stored is removed through another one where it outlives that. */
async function ownBucket({ open, freeName, datastore, atEnd }: Fixture): Promise<Bucket> {
  const own = await open();
  const name = freeName();
  await own.createBucket(name);
  if (datastore.capabilities.persistent) atEnd(async () => (await datastore.bucketExists(name)) && emptyBucket(datastore.bucket(name)));
  return own.bucket(name);
}

/** Everything that a closed datastore refuses, by operation. */
const calls: Readonly<Record<string, (bucket: Bucket) => unknown>> = {
  list: ({ datastore }) => datastore.list(),
  getBuckets: ({ datastore }) => datastore.getBuckets(),
  getBucket: ({ datastore, name }) => datastore.getBucket(name),
  createBucket: ({ datastore, name }) => datastore.createBucket(name),
  removeBucket: ({ datastore, name }) => datastore.removeBucket(name),
  bucketExists: ({ datastore, name }) => datastore.bucketExists(name),
  get: (bucket) => bucket.get('k'),
  fget: (bucket) => bucket.fget('k', '/nowhere/at/all'),
  put: (bucket) => bucket.put('k', 'body'),
  fput: (bucket) => bucket.fput('k', '/nowhere/at/all'),
  putRequest: (bucket) => bucket.putRequest('http://127.0.0.1:9/never-asked', 'k'),
  stat: (bucket) => bucket.stat('k'),
  exists: (bucket) => bucket.exists('k'),
  delete: (bucket) => bucket.delete('k'),
  fcopyTo: (bucket) => bucket.fcopyTo(bucket.name, 'new', 'k'),
  listPage: (bucket) => bucket.listPage(),
  listFilename: (bucket) => bucket.listFilename(),
  iterate: (bucket) => collect(bucket.iterate()),
  tags: (bucket) => bucket.tags('k'),
};

/** A datastore from its beginning to its end. */
export const lifecycleCases = [
  contractCase('lifecycle/names-itself', async ({ datastore }) => {
    assert.ok(typeof datastore.name === 'string' && datastore.name !== '');
    assert.ok(typeof datastore.backend === 'string' && datastore.backend !== '');
  }),

  contractCase('lifecycle/capabilities', async ({ datastore }) => {
    const { capabilities } = datastore;
    assert.deepEqual(Object.keys(capabilities).sort(), [...operationCapabilities, ...traitCapabilities].sort());
    for (const value of Object.values(capabilities)) assert.equal(typeof value, 'boolean');
    assert.throws(() => Object.assign(capabilities, { tags: !capabilities.tags }), TypeError);
  }),

  ...Object.entries(calls).map(([operation, call]) =>
    contractCase(
      `lifecycle/closed/${operation}`,
      async (fixture) => {
        const bucket = await ownBucket(fixture);
        await bucket.put('k', 'body');
        await bucket.datastore.close();
        await fails(() => call(bucket), 'DatastoreClosed', { operation });
        await fails(() => call(bucket), 'DatastoreClosed', { operation });
      },
      { needs: ['open'] },
    ),
  ),

  contractCase(
    'lifecycle/closed-twice',
    async ({ open }) => {
      const datastore = await open();
      await Promise.all([datastore.close(), datastore.close()]);
      await datastore.close();
      await datastore[Symbol.asyncDispose]();
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/disposed',
    async ({ open }) => {
      const datastore = await open();
      await datastore[Symbol.asyncDispose]();
      await fails(() => datastore.list(), 'DatastoreClosed');
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/close-waits',
    async (fixture) => {
      const bucket = await ownBucket(fixture);
      const source = new GatedSource([pattern(1000)], [pattern(1000)]);
      const order: string[] = [];
      const put = bucket.put('k', source).then(() => order.push('put'));
      await source.reachedBy(put);
      const closed = bucket.datastore.close().then(() => order.push('closed'));
      await fails(() => bucket.stat('k'), 'DatastoreClosed');
      source.open();
      await within(10_000, Promise.all([put, closed]), 'closing');
      assert.deepEqual(order, ['put', 'closed']);
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/close-cancels-bodies',
    async (fixture) => {
      const bucket = await ownBucket(fixture);
      await bucket.put('k', pattern(4 * MiB));
      await bucket.put('small', 'body');
      const [unread, begun, small] = [await bucket.get('k'), await bucket.get('k'), await bucket.get('small')];
      const chunks = begun.stream(1000);
      await chunks.next();
      await within(10_000, bucket.datastore.close(), 'closing beside open bodies');
      await fails(() => collect({ [Symbol.asyncIterator]: () => chunks }), 'DatastoreClosed', {
        operation: 'get',
        bucket: bucket.name,
        key: 'k',
      });
      await assert.rejects(unread.bytes());
      await fails(() => small.text(), 'DatastoreClosed', { operation: 'get', bucket: bucket.name, key: 'small' });
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/close-ends-iterating',
    async (fixture) => {
      const bucket = await ownBucket(fixture);
      await putAll(bucket, ['a', 'b', 'c']);
      const iterator = bucket.iterate({ pageSize: 1 });
      await iterator.next();
      await bucket.datastore.close();
      await fails(() => collect(iterator), 'DatastoreClosed', { operation: 'iterate' });
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/others-stay-open',
    async ({ bucket, open }) => {
      const other = await open();
      await other.close();
      await bucket.put('k', 'body');
      assert.equal(await textOf(bucket, 'k'), 'body');
    },
    { needs: ['open'] },
  ),

  contractCase(
    'lifecycle/persistent',
    async (fixture) => {
      const { bucket, datastore, open } = fixture;
      await putAll(bucket, ['a', 'b', 'c']);
      await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { a: 'ü' } });
      const { nextToken } = await bucket.listPage({ pageSize: 2 });
      const other = await open();
      if (!datastore.capabilities.persistent) {
        // Of a backend that keeps nothing another datastore is another world.
        assert.equal(await other.bucketExists(bucket.name), false);
        return;
      }
      const same = other.bucket(bucket.name);
      assert.deepEqual(await same.stat('k'), await bucket.stat('k'));
      assert.equal(await textOf(same, 'k'), 'body');
      assert.deepEqual(listed((await same.listPage({ token: nextToken })).entries), ['c', 'k']);
      await same.put('k', 'new');
      assert.equal(await textOf(bucket, 'k'), 'new');
    },
    { needs: ['open'], traits: ['persistent'] },
  ),
];
