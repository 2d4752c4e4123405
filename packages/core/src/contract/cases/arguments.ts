import assert from 'node:assert/strict';
import type { CallOptions } from '../../api/options.js';
import { expectError } from '../assertions.js';
import { calls, entriesOf } from '../calls.js';
import type { CallName } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectNoEffect } from '../no-effect.js';

const optionCaseIds = {
  listBuckets: 'arguments/options/list-buckets',
  getBuckets: 'arguments/options/get-buckets',
  getBucket: 'arguments/options/get-bucket',
  bucketExists: 'arguments/options/bucket-exists',
  createBucket: 'arguments/options/create-bucket',
  removeBucket: 'arguments/options/remove-bucket',
  list: 'arguments/options/list',
  iterate: 'arguments/options/iterate',
  listPage: 'arguments/options/list-page',
  listFilename: 'arguments/options/list-filename',
  get: 'arguments/options/get',
  fget: 'arguments/options/fget',
  put: 'arguments/options/put',
  fput: 'arguments/options/fput',
  putRequest: 'arguments/options/put-request',
  delete: 'arguments/options/delete',
  deleteMany: 'arguments/options/delete-many',
  stat: 'arguments/options/stat',
  statMany: 'arguments/options/stat-many',
  fcopyTo: 'arguments/options/copy',
  exists: 'arguments/options/exists',
  tags: 'arguments/options/tags',
  setTags: 'arguments/options/set-tags',
  removeTags: 'arguments/options/remove-tags',
  presign: 'arguments/options/presign',
  versioning: 'arguments/options/versioning',
  setVersioning: 'arguments/options/set-versioning',
  listVersions: 'arguments/options/list-versions',
  createUpload: 'arguments/options/create-upload',
  listUploads: 'arguments/options/list-uploads',
  listUploadsPage: 'arguments/options/list-uploads-page',
  listVersionsPage: 'arguments/options/list-versions-page',
  copy: 'arguments/options/copy-to',
  move: 'arguments/options/move',
  deleteAll: 'arguments/options/delete-all',
  copyAll: 'arguments/options/copy-all',
  keys: 'arguments/options/keys',
  objects: 'arguments/options/objects',
  presignPost: 'arguments/options/presign-post',
} as const satisfies Record<CallName, string>;

/** Values that no method accepts as options. */
const invalidForAll: readonly unknown[] = [{ sgnal: undefined }, { unknown: 1 }, { signal: 'abort' }, 'text', 7, true, ['a']];

/** Invalid options per call. Headers, metadata, tags, ranges and conditions have cases of their own. */
const invalidOptions: Readonly<Partial<Record<CallName, readonly object[]>>> = {
  listBuckets: [{ returnType: 'json' }, { returnType: 1 }],
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
  deleteMany: [{ ifMatch: '*' }, { versionId: 'x' }],
  fcopyTo: [{ contentMD5: 'x' }, { sourceVersionId: '' }, { partSize: 5 }],
  putRequest: [{ fetch: 'yes' }, { headers: { a: null } }, { progress: 1 }],
  listVersions: [{ prefix: 7 }, { limit: 5 }],
};

const invalidKeyLists: readonly unknown[] = [undefined, null, 7, {}, new Set(['k']), true];

/** Invalid arguments: rejected before any effect. */
export const argumentCases = [
  ...entriesOf(optionCaseIds).map(([name, id]) =>
    contractCase(id, async (fixture) => {
      const { operation, run } = calls[name];
      await expectNoEffect(fixture, name, async (args) => {
        for (const options of [...invalidForAll, ...(invalidOptions[name] ?? [])]) {
          await expectError(() => run({ ...args, options: options as CallOptions }), 'InvalidArgument', { operation });
        }
      });
    }),
  ),

  contractCase('arguments/undefined-options', async ({ bucket }) => {
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

  contractCase('arguments/invalid-key-lists', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const keys of invalidKeyLists) {
      await expectError(() => bucket.delete(keys as string[]), 'InvalidArgument', { operation: 'delete' });
      await expectError(() => bucket.stat(keys as string[]), 'InvalidArgument', { operation: 'stat' });
    }
    assert.equal(await bucket.exists('k'), true);
  }),

  contractCase('arguments/rejects-instead-of-throwing', async ({ bucket }) => {
    // So that one `catch` on the promise handles all errors.
    for (const call of [
      () => bucket.get(7 as never),
      () => bucket.put('', undefined as never),
      () => bucket.list(7 as never),
      () => bucket.datastore.list(7 as never),
    ]) {
      const promise: Promise<unknown> = call();
      await expectError(() => promise, 'InvalidArgument');
    }
  }),
];
