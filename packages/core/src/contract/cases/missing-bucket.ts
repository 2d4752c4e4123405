import type { Bucket } from '../../api/datastore.js';
import { inChunks, pattern } from '../bodies.js';
import { expectError } from '../assertions.js';
import type { ErrorFields } from '../assertions.js';
import { calls, createSourceFolder, entriesOf, requirementsOf } from '../calls.js';
import type { CallNameIn } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { Requirement } from '../contract-context.js';

const key = 'dir/k';

/** One case per call on a bucket, except `presign` and `presignPost`, which send no request. */
const callCaseIds = {
  list: 'missing-bucket/list',
  iterate: 'missing-bucket/iterate',
  listPage: 'missing-bucket/list-page',
  listFilename: 'missing-bucket/list-filename',
  get: 'missing-bucket/get',
  fget: 'missing-bucket/fget',
  put: 'missing-bucket/put',
  fput: 'missing-bucket/fput',
  putRequest: 'missing-bucket/put-request',
  delete: 'missing-bucket/delete',
  deleteMany: 'missing-bucket/delete-many',
  stat: 'missing-bucket/stat',
  statMany: 'missing-bucket/stat-many',
  fcopyTo: 'missing-bucket/copy',
  exists: 'missing-bucket/exists',
  tags: 'missing-bucket/tags',
  setTags: 'missing-bucket/set-tags',
  removeTags: 'missing-bucket/remove-tags',
  versioning: 'missing-bucket/versioning',
  setVersioning: 'missing-bucket/set-versioning',
  listVersions: 'missing-bucket/list-versions',
  listVersionsPage: 'missing-bucket/list-versions-page',
  copy: 'missing-bucket/copy-to',
  move: 'missing-bucket/move',
  deleteAll: 'missing-bucket/delete-all',
  copyAll: 'missing-bucket/copy-all',
  keys: 'missing-bucket/keys',
  objects: 'missing-bucket/objects',
  createUpload: 'missing-bucket/create-upload',
  listUploads: 'missing-bucket/list-uploads',
  listUploadsPage: 'missing-bucket/list-uploads-page',
} as const satisfies Record<Exclude<CallNameIn<'bucket' | 'key' | 'keys'>, 'presign' | 'presignPost'>, string>;

interface OptionRow {
  readonly call: (missing: Bucket) => unknown;
  readonly fields: ErrorFields;
  readonly requires?: readonly Requirement[];
}

/** Calls with options that a backend may handle without looking for the bucket. */
const optionRows: Readonly<Record<string, OptionRow>> = {
  'missing-bucket/get-range': { call: (missing) => missing.get(key, { range: { start: 5 } }), fields: { operation: 'get', key } },
  'missing-bucket/get-if-match': { call: (missing) => missing.get(key, { ifMatch: '"x"' }), fields: { operation: 'get', key } },
  'missing-bucket/put-empty': { call: (missing) => missing.put(key, ''), fields: { operation: 'put', key } },
  'missing-bucket/put-stream': {
    call: (missing) => missing.put(key, inChunks(pattern(200_000), 1000)),
    fields: { operation: 'put', key },
  },
  'missing-bucket/put-if-absent': {
    call: (missing) => missing.put(key, 'body', { ifNoneMatch: '*' }),
    fields: { operation: 'put', key },
    requires: ['conditionalPut'],
  },
  'missing-bucket/put-if-match': {
    call: (missing) => missing.put(key, 'body', { ifMatch: 'x' }),
    fields: { operation: 'put', key },
    requires: ['conditionalPut'],
  },
  'missing-bucket/delete-empty-batch': { call: (missing) => missing.delete([]), fields: { operation: 'delete' } },
  'missing-bucket/list-prefix': {
    call: (missing) => missing.list({ prefix: 'no/', recursive: false }),
    fields: { operation: 'list' },
  },
  'missing-bucket/list-start-after': { call: (missing) => missing.list({ startAfter: 'a' }), fields: { operation: 'list' } },
  'missing-bucket/list-limit-0': { call: (missing) => missing.list({ limit: 0 }), fields: { operation: 'list' } },
};

/** A missing bucket is `NoSuchBucket`, never `NoSuchKey` or an empty result. */
export const missingBucketCases = [
  ...entriesOf(callCaseIds).map(([name, id]) =>
    contractCase(
      id,
      async (fixture) => {
        const missing = fixture.datastore.bucket(fixture.unusedName());
        const folder = await createSourceFolder(fixture);
        const { operation, scope, run } = calls[name];
        // The error of a copy is about the source or the target.
        const fields = scope === 'key' && name !== 'fcopyTo' ? { operation, key } : { operation };
        await expectError(() => run({ bucket: missing, bucketName: missing.name, key, folder }), 'NoSuchBucket', {
          bucket: missing.name,
          ...fields,
        });
      },
      { requires: requirementsOf(name) },
    ),
  ),

  ...entriesOf(optionRows).map(([id, { call, fields, requires = [] }]) =>
    contractCase(
      id,
      async ({ datastore, unusedName }) => {
        const missing = datastore.bucket(unusedName());
        await expectError(() => call(missing), 'NoSuchBucket', { bucket: missing.name, ...fields });
      },
      { requires },
    ),
  ),

  contractCase('missing-bucket/copy-source', async ({ datastore, bucket, unusedName }) => {
    const missing = datastore.bucket(unusedName());
    await expectError(() => missing.fcopyTo(bucket.name, 'target', key), 'NoSuchBucket', { operation: 'fcopyTo', bucket: missing.name });
    await expectError(() => bucket.stat('target'), 'NoSuchKey');
  }),

  contractCase('missing-bucket/copy-target', async ({ bucket, unusedName }) => {
    const missing = unusedName();
    await bucket.put(key, 'body');
    await expectError(() => bucket.fcopyTo(missing, 'target', key), 'NoSuchBucket', { operation: 'fcopyTo', bucket: missing });
  }),
];
