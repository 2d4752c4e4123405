import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import { textOf } from '../bodies.js';
import { collect, fails } from '../check.js';
import { contractCase } from '../contract-case.js';

type Call = (bucket: Bucket, options: never, folder: string) => unknown;

/** Every call that takes options, by the operation that its error names. */
const calls: Readonly<Record<string, Call>> = {
  'datastore.list': ({ datastore }, options) => datastore.list(options),
  getBuckets: ({ datastore }, options) => datastore.getBuckets(options),
  getBucket: ({ datastore, name }, options) => datastore.getBucket(name, options),
  bucketExists: ({ datastore, name }, options) => datastore.bucketExists(name, options),
  createBucket: ({ datastore, name }, options) => datastore.createBucket(`${name}-new`, options),
  removeBucket: ({ datastore, name }, options) => datastore.removeBucket(name, options),
  list: (bucket, options) => bucket.list(options),
  iterate: (bucket, options) => collect(bucket.iterate(options)),
  listPage: (bucket, options) => bucket.listPage(options),
  listFilename: (bucket, options) => bucket.listFilename(options),
  get: (bucket, options) => bucket.get('k', options),
  fget: (bucket, options, folder) => bucket.fget('k', join(folder, 'target'), options),
  put: (bucket, options) => bucket.put('k', 'new', undefined, options),
  fput: (bucket, options, folder) => bucket.fput('k', join(folder, 'source'), options),
  putRequest: (bucket, options) => bucket.putRequest('http://127.0.0.1:9/never-asked', 'k', options),
  delete: (bucket, options) => bucket.delete('k', options),
  'delete-many': (bucket, options) => bucket.delete(['k'], options),
  stat: (bucket, options) => bucket.stat('k', options),
  'stat-many': (bucket, options) => bucket.stat(['k'], options),
  fcopyTo: (bucket, options) => bucket.fcopyTo(bucket.name, 'new', 'k', options),
  exists: (bucket, options) => bucket.exists('k', options),
  tags: (bucket, options) => bucket.tags('k', options),
  setTags: (bucket, options) => bucket.setTags('k', {}, options),
  removeTags: (bucket, options) => bucket.removeTags('k', options),
  presign: (bucket, options) => bucket.presign('GET', 'k', options),
  versioning: (bucket, options) => bucket.versioning(options),
  setVersioning: (bucket, options) => bucket.setVersioning('enabled', options),
  listVersions: (bucket, options) => bucket.listVersions(options),
};

/** Options of a wrong type or value, by call. Those of headers, metadata, tags, ranges and conditions have cases of their own. */
const wrong: Readonly<Record<string, readonly object[]>> = {
  'datastore.list': [{ returnType: 'json' }, { returnType: 1 }],
  list: [
    { metadata: 'yes' },
    { recursive: 'no' },
    { recursive: null },
    { prefix: 7 },
    { prefix: null },
    { startAfter: ['a'] },
    { delimiter: '' },
    { delimiter: 7 },
    { limit: -1 },
    { limit: 1.5 },
    { limit: '3' },
    { pageSize: 3 },
  ],
  iterate: [{ metadata: 1 }, { limit: Number.NaN }, { token: 'x' }],
  listPage: [{ limit: 5 }, { prefix: {} }],
  put: [{ partSize: '5' }, { concurrency: 0 }, { concurrency: 1.5 }, { progress: 'yes' }, { contentMD5: 7 }, { range: { start: 0 } }],
  fput: [{ concurrency: -1 }, { progress: {} }, { length: 4 }],
  fget: [{ progress: 1 }, { contentType: 'a/b' }],
  get: [{ range: 7 }, { versionId: 7 }, { versionId: '' }],
  stat: [{ versionId: 7 }, { range: { start: 0 } }],
  delete: [{ versionId: '' }, { ifNoneMatch: '*' }],
  'delete-many': [{ ifMatch: '*' }, { versionId: 'x' }],
  fcopyTo: [{ contentMD5: 'x' }, { sourceVersionId: '' }, { partSize: 5 }],
  putRequest: [{ fetch: 'yes' }, { headers: { a: null } }, { progress: 1 }],
  listVersions: [{ prefix: 7 }, { limit: 5 }],
};

const noList: readonly unknown[] = [undefined, null, 7, {}, new Set(['k']), true];

/** Arguments of a wrong form: refused before anything happens. */
export const argumentCases = [
  ...Object.entries(calls).map(([id, call]) =>
    contractCase(`arguments/options/${id}`, async ({ bucket, folder, atEnd }) => {
      atEnd(() => bucket.datastore.removeBucket(`${bucket.name}-new`));
      const path = await folder();
      await writeFile(join(path, 'source'), 'new');
      await bucket.put('k', 'old');
      const operation = id.replace('datastore.', '').replace('-many', '');
      for (const options of [{ sgnal: undefined }, { unknown: 1 }, { signal: 'abort' }, 'text', 7, true, ['a'], ...(wrong[id] ?? [])]) {
        await fails(() => call(bucket, options as never, path), 'InvalidArgument', { operation });
      }
      assert.deepEqual(await bucket.listFilename(), ['k']);
      assert.equal(await textOf(bucket, 'k'), 'old');
      assert.equal(await bucket.datastore.bucketExists(`${bucket.name}-new`), false);
    }),
  ),

  contractCase('arguments/undefined-is-absent', async ({ bucket }) => {
    await bucket.put('k', 'body', {
      contentType: undefined,
      metadata: undefined,
      tags: undefined,
      ifMatch: undefined,
      partSize: undefined,
      signal: undefined,
    });
    const object = await bucket.get('k', { range: undefined, ifMatch: undefined, versionId: undefined });
    assert.equal(await object.text(), 'body');
    assert.deepEqual(await bucket.listFilename({ prefix: undefined, delimiter: undefined, recursive: undefined, limit: undefined }), ['k']);
    await bucket.fcopyTo(bucket.name, 'copy', 'k', { metadata: undefined, tags: undefined, contentType: undefined });
    await bucket.delete('copy', { versionId: undefined, ifMatch: undefined });
  }),

  contractCase('arguments/no-list-of-keys', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const keys of noList) {
      await fails(() => bucket.delete(keys as string[]), 'InvalidArgument', { operation: 'delete' });
      await fails(() => bucket.stat(keys as string[]), 'InvalidArgument', { operation: 'stat' });
    }
    assert.equal(await bucket.exists('k'), true);
  }),

  contractCase('arguments/rejects-never-throws', async ({ bucket }) => {
    // A wrong argument must reach the same `catch` as every other failure.
    for (const call of [
      () => bucket.get(7 as never),
      () => bucket.put('', undefined as never),
      () => bucket.list(7 as never),
      () => bucket.datastore.list(7 as never),
    ]) {
      const promise: Promise<unknown> = call();
      await fails(() => promise, 'InvalidArgument');
    }
  }),
];
