import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import type { OperationCapability } from '../../api/capabilities.js';
import { textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

type Call = (bucket: Bucket, folder: string) => unknown;

const native = { headers: { 'x-test': '1' } };

/** Everything that each capability governs. */
const governed: Readonly<Record<OperationCapability, Readonly<Record<string, Call>>>> = {
  conditionalPut: {
    'put-if-match': (bucket) => bucket.put('k', 'new', { ifMatch: '*' }),
    'put-if-none-match': (bucket) => bucket.put('new', 'new', { ifNoneMatch: '*' }),
    'fput-if-none-match': (bucket, folder) => bucket.fput('new', join(folder, 'file'), { ifNoneMatch: '*' }),
    'put-request-if-none-match': (bucket) => bucket.putRequest('http://127.0.0.1:9/never-asked', 'new', { ifNoneMatch: '*' }),
  },
  conditionalDelete: {
    'delete-if-match': (bucket) => bucket.delete('k', { ifMatch: '*' }),
    'delete-if-match-other': (bucket) => bucket.delete('k', { ifMatch: '"x"' }),
  },
  conditionalCopy: {
    'copy-if-match': (bucket) => bucket.fcopyTo(bucket.name, 'k', 'source', { ifMatch: '*' }),
    'copy-if-none-match': (bucket) => bucket.fcopyTo(bucket.name, 'new', 'source', { ifNoneMatch: '*' }),
  },
  tags: {
    tags: (bucket) => bucket.tags('k'),
    'set-tags': (bucket) => bucket.setTags('k', { a: 'b' }),
    'remove-tags': (bucket) => bucket.removeTags('k'),
    'put-tags': (bucket) => bucket.put('k', 'new', { tags: { a: 'b' } }),
    'fput-tags': (bucket, folder) => bucket.fput('k', join(folder, 'file'), { tags: { a: 'b' } }),
    'copy-tags': (bucket) => bucket.fcopyTo(bucket.name, 'k', 'source', { tags: { a: 'b' } }),
  },
  versioning: {
    versioning: (bucket) => bucket.versioning(),
    'set-versioning': (bucket) => bucket.setVersioning('enabled'),
    'list-versions': (bucket) => bucket.listVersions(),
    'get-version': (bucket) => bucket.get('k', { versionId: 'v' }),
    'fget-version': (bucket, folder) => bucket.fget('k', join(folder, 'target'), { versionId: 'v' }),
    'stat-version': (bucket) => bucket.stat('k', { versionId: 'v' }),
    'delete-version': (bucket) => bucket.delete('k', { versionId: 'v' }),
    'copy-version': (bucket) => bucket.fcopyTo(bucket.name, 'k', 'source', { sourceVersionId: 'v' }),
  },
  presign: {
    'presign-get': (bucket) => bucket.presign('GET', 'k'),
    'presign-put': (bucket) => bucket.presign('PUT', 'k'),
  },
  native: {
    'get-native': (bucket) => bucket.get('k', { native }),
    'stat-native': (bucket) => bucket.stat('k', { native }),
    'put-native': (bucket) => bucket.put('k', 'new', { native }),
    'copy-native': (bucket) => bucket.fcopyTo(bucket.name, 'k', 'source', { native }),
  },
};

/** What a backend can't do is refused, never ignored. */
export const notImplementedCases = Object.entries(governed).flatMap(([capability, calls]) =>
  Object.entries(calls).map(([id, call]) =>
    contractCase(
      `not-implemented/${id}`,
      async ({ bucket, folder }) => {
        const path = await folder();
        await writeFile(join(path, 'file'), 'new');
        await bucket.put('k', 'old');
        await bucket.put('source', 'new');
        await fails(() => call(bucket, path), 'NotImplemented', { bucket: bucket.name });
        assert.deepEqual(await bucket.listFilename(), ['k', 'source']);
        assert.equal(await textOf(bucket, 'k'), 'old');
      },
      { needs: [`not ${capability as OperationCapability}`] },
    ),
  ),
);
