import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import { inChunks, pattern } from '../bodies.js';
import { collect, fails } from '../check.js';
import { contractCase } from '../contract-case.js';
import type { Need } from '../contract-case.js';
import type { ErrorFields } from '../check.js';

interface Use {
  readonly call: (missing: Bucket, folder: string) => unknown;
  readonly fields: ErrorFields;
  readonly needs?: readonly Need[];
}

const key = 'dir/k';

/** Every call on a bucket, with what its error must name. */
const uses: Readonly<Record<string, Use>> = {
  get: { call: (missing) => missing.get(key), fields: { operation: 'get', key } },
  'get-range': { call: (missing) => missing.get(key, { range: { start: 5 } }), fields: { operation: 'get', key } },
  'get-if': { call: (missing) => missing.get(key, { ifMatch: '"x"' }), fields: { operation: 'get', key } },
  stat: { call: (missing) => missing.stat(key), fields: { operation: 'stat', key } },
  'stat-many': { call: (missing) => missing.stat([key, 'other']), fields: { operation: 'stat' } },
  exists: { call: (missing) => missing.exists(key), fields: { operation: 'exists', key } },
  put: { call: (missing) => missing.put(key, 'body'), fields: { operation: 'put', key } },
  'put-empty': { call: (missing) => missing.put(key, ''), fields: { operation: 'put', key } },
  'put-stream': { call: (missing) => missing.put(key, inChunks(pattern(200_000), 1000)), fields: { operation: 'put', key } },
  'put-if-absent': {
    call: (missing) => missing.put(key, 'body', { ifNoneMatch: '*' }),
    fields: { operation: 'put', key },
    needs: ['conditionalPut'],
  },
  'put-if-match': {
    call: (missing) => missing.put(key, 'body', { ifMatch: 'x' }),
    fields: { operation: 'put', key },
    needs: ['conditionalPut'],
  },
  delete: { call: (missing) => missing.delete(key), fields: { operation: 'delete', key } },
  'delete-many': { call: (missing) => missing.delete([key, 'other']), fields: { operation: 'delete' } },
  'delete-none': { call: (missing) => missing.delete([]), fields: { operation: 'delete' } },
  list: { call: (missing) => missing.list(), fields: { operation: 'list' } },
  'list-prefix': { call: (missing) => missing.list({ prefix: 'no/', recursive: false }), fields: { operation: 'list' } },
  'list-start-after': { call: (missing) => missing.list({ startAfter: 'a' }), fields: { operation: 'list' } },
  'list-none': { call: (missing) => missing.list({ limit: 0 }), fields: { operation: 'list' } },
  iterate: { call: (missing) => collect(missing.iterate()), fields: { operation: 'iterate' } },
  'list-page': { call: (missing) => missing.listPage(), fields: { operation: 'listPage' } },
  'list-filename': { call: (missing) => missing.listFilename(), fields: { operation: 'listFilename' } },
  fget: { call: (missing, folder) => missing.fget(key, join(folder, 'target')), fields: { operation: 'fget', key } },
  fput: { call: (missing, folder) => missing.fput(key, join(folder, 'source')), fields: { operation: 'fput', key } },
  tags: { call: (missing) => missing.tags(key), fields: { operation: 'tags', key }, needs: ['tags'] },
  'set-tags': { call: (missing) => missing.setTags(key, { a: 'b' }), fields: { operation: 'setTags', key }, needs: ['tags'] },
  'remove-tags': { call: (missing) => missing.removeTags(key), fields: { operation: 'removeTags', key }, needs: ['tags'] },
  versioning: { call: (missing) => missing.versioning(), fields: { operation: 'versioning' }, needs: ['versioning'] },
  'set-versioning': { call: (missing) => missing.setVersioning('enabled'), fields: { operation: 'setVersioning' }, needs: ['versioning'] },
  'list-versions': { call: (missing) => missing.listVersions(), fields: { operation: 'listVersions' }, needs: ['versioning'] },
};

/** A missing bucket is NoSuchBucket, never NoSuchKey, never an empty answer. */
export const missingBucketCases = [
  ...Object.entries(uses).map(([id, { call, fields, needs = [] }]) =>
    contractCase(
      `missing-bucket/${id}`,
      async ({ datastore, freeName, folder }) => {
        const missing = datastore.bucket(freeName());
        const path = await folder();
        await writeFile(join(path, 'source'), 'body');
        await fails(() => call(missing, path), 'NoSuchBucket', { bucket: missing.name, ...fields });
      },
      { needs },
    ),
  ),

  contractCase('missing-bucket/copy-source', async ({ datastore, bucket, freeName }) => {
    const missing = datastore.bucket(freeName());
    await fails(() => missing.fcopyTo(bucket.name, 'target', key), 'NoSuchBucket', { operation: 'fcopyTo', bucket: missing.name });
    await fails(() => bucket.stat('target'), 'NoSuchKey');
  }),

  contractCase('missing-bucket/copy-target', async ({ bucket, freeName }) => {
    const missing = freeName();
    await bucket.put(key, 'body');
    await fails(() => bucket.fcopyTo(missing, 'target', key), 'NoSuchBucket', { operation: 'fcopyTo', bucket: missing });
  }),
];
