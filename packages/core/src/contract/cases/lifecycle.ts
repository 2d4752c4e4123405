import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import { operationCapabilities, traitCapabilities } from '../../rules/capabilities.js';
import { MiB, pattern, putKeys, readText } from '../bodies.js';
import { collect, expectError, entryKeys, withTimeout } from '../assertions.js';
import { calls, createSourceFolder, entriesOf } from '../calls.js';
import type { CallName } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { emptyBucket } from '../empty-bucket.js';
import { GatedSource } from '../gated-source.js';
import type { Fixture } from '../fixture.js';

/** Opens a datastore that the case may close, and creates a bucket in it. Objects that outlive it are removed through the shared datastore. */
async function createClosableBucket({ openDatastore, unusedName, datastore, addCleanup }: Fixture): Promise<Bucket> {
  const closable = await openDatastore();
  const name = unusedName();
  await closable.createBucket(name);
  if (datastore.capabilities.persistent)
    addCleanup(async () => (await datastore.bucketExists(name)) && emptyBucket(datastore.bucket(name)));
  return closable.bucket(name);
}

const closedCaseIds = {
  listBuckets: 'lifecycle/closed/list-buckets',
  getBuckets: 'lifecycle/closed/get-buckets',
  getBucket: 'lifecycle/closed/get-bucket',
  bucketExists: 'lifecycle/closed/bucket-exists',
  createBucket: 'lifecycle/closed/create-bucket',
  removeBucket: 'lifecycle/closed/remove-bucket',
  list: 'lifecycle/closed/list',
  iterate: 'lifecycle/closed/iterate',
  listPage: 'lifecycle/closed/list-page',
  listFilename: 'lifecycle/closed/list-filename',
  get: 'lifecycle/closed/get',
  fget: 'lifecycle/closed/fget',
  put: 'lifecycle/closed/put',
  fput: 'lifecycle/closed/fput',
  putRequest: 'lifecycle/closed/put-request',
  delete: 'lifecycle/closed/delete',
  deleteMany: 'lifecycle/closed/delete-many',
  stat: 'lifecycle/closed/stat',
  statMany: 'lifecycle/closed/stat-many',
  fcopyTo: 'lifecycle/closed/copy',
  exists: 'lifecycle/closed/exists',
  tags: 'lifecycle/closed/tags',
  setTags: 'lifecycle/closed/set-tags',
  removeTags: 'lifecycle/closed/remove-tags',
  presign: 'lifecycle/closed/presign',
  versioning: 'lifecycle/closed/versioning',
  setVersioning: 'lifecycle/closed/set-versioning',
  listVersions: 'lifecycle/closed/list-versions',
  createUpload: 'lifecycle/closed/create-upload',
  listUploads: 'lifecycle/closed/list-uploads',
  listUploadsPage: 'lifecycle/closed/list-uploads-page',
  listVersionsPage: 'lifecycle/closed/list-versions-page',
  copy: 'lifecycle/closed/copy-to',
  move: 'lifecycle/closed/move',
  deleteAll: 'lifecycle/closed/delete-all',
  copyAll: 'lifecycle/closed/copy-all',
  keys: 'lifecycle/closed/keys',
  objects: 'lifecycle/closed/objects',
  presignPost: 'lifecycle/closed/presign-post',
} as const satisfies Record<CallName, string>;

/** Opening and closing datastores. */
export const lifecycleCases = [
  contractCase('lifecycle/name-and-backend', async ({ datastore }) => {
    assert.ok(typeof datastore.name === 'string' && datastore.name !== '');
    assert.ok(typeof datastore.backend === 'string' && datastore.backend !== '');
  }),

  contractCase('lifecycle/capabilities', async ({ datastore }) => {
    const { capabilities } = datastore;
    assert.deepEqual(Object.keys(capabilities).sort(), [...operationCapabilities, ...traitCapabilities].sort());
    for (const value of Object.values(capabilities)) assert.equal(typeof value, 'boolean');
    assert.throws(() => Object.assign(capabilities, { tags: !capabilities.tags }), TypeError);
  }),

  ...entriesOf(closedCaseIds).map(([name, id]) =>
    contractCase(
      id,
      async (fixture) => {
        const bucket = await createClosableBucket(fixture);
        const args = { bucket, bucketName: bucket.name, key: 'k', folder: await createSourceFolder(fixture) };
        await bucket.put('k', 'body');
        await bucket.datastore.close();
        const { operation, run } = calls[name];
        await expectError(() => run(args), 'DatastoreClosed', { operation });
        await expectError(() => run(args), 'DatastoreClosed', { operation });
      },
      { requires: ['open'] },
    ),
  ),

  contractCase(
    'lifecycle/close-twice',
    async ({ openDatastore }) => {
      const datastore = await openDatastore();
      await Promise.all([datastore.close(), datastore.close()]);
      await datastore.close();
      await datastore[Symbol.asyncDispose]();
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/async-dispose',
    async ({ openDatastore }) => {
      const datastore = await openDatastore();
      await datastore[Symbol.asyncDispose]();
      await expectError(() => datastore.list(), 'DatastoreClosed');
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/close-waits-for-calls',
    async (fixture) => {
      const bucket = await createClosableBucket(fixture);
      const source = new GatedSource([pattern(1000)], [pattern(1000)]);
      const order: string[] = [];
      const put = bucket.put('k', source).then(() => order.push('put'));
      await source.waitAtGate(put);
      const closed = bucket.datastore.close().then(() => order.push('closed'));
      await expectError(() => bucket.stat('k'), 'DatastoreClosed');
      source.openGate();
      await withTimeout(10_000, Promise.all([put, closed]), 'closing');
      assert.deepEqual(order, ['put', 'closed']);
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/close-cancels-bodies',
    async (fixture) => {
      const bucket = await createClosableBucket(fixture);
      await bucket.put('k', pattern(4 * MiB));
      await bucket.put('small', 'body');
      const [unread, begun, small] = [await bucket.get('k'), await bucket.get('k'), await bucket.get('small')];
      const chunks = begun.stream(1000);
      await chunks.next();
      await withTimeout(10_000, bucket.datastore.close(), 'closing with open bodies');
      await expectError(() => collect({ [Symbol.asyncIterator]: () => chunks }), 'DatastoreClosed', {
        operation: 'get',
        bucket: bucket.name,
        key: 'k',
      });
      await assert.rejects(unread.bytes());
      await expectError(() => small.text(), 'DatastoreClosed', { operation: 'get', bucket: bucket.name, key: 'small' });
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/close-ends-iteration',
    async (fixture) => {
      const bucket = await createClosableBucket(fixture);
      await putKeys(bucket, ['a', 'b', 'c']);
      const iterator = bucket.iterate({ pageSize: 1 });
      await iterator.next();
      await bucket.datastore.close();
      await expectError(() => collect(iterator), 'DatastoreClosed', { operation: 'iterate' });
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/other-datastores-stay-open',
    async ({ bucket, openDatastore }) => {
      const other = await openDatastore();
      await other.close();
      await bucket.put('k', 'body');
      assert.equal(await readText(bucket, 'k'), 'body');
    },
    { requires: ['open'] },
  ),

  contractCase(
    'lifecycle/persistence',
    async (fixture) => {
      const { bucket, datastore, openDatastore } = fixture;
      await putKeys(bucket, ['a', 'b', 'c']);
      await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { a: 'ü' } });
      const { nextToken } = await bucket.listPage({ pageSize: 2 });
      const other = await openDatastore();
      if (!datastore.capabilities.persistent) {
        // Without persistence, each datastore has its own storage.
        assert.equal(await other.bucketExists(bucket.name), false);
        return;
      }
      const same = other.bucket(bucket.name);
      assert.deepEqual(await same.stat('k'), await bucket.stat('k'));
      assert.equal(await readText(same, 'k'), 'body');
      assert.deepEqual(entryKeys((await same.listPage({ token: nextToken })).entries), ['c', 'k']);
      await same.put('k', 'new');
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    { requires: ['open'], traits: ['persistent'] },
  ),
];
