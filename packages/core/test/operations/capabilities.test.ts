import { expect, test } from 'vitest';
import type { Bucket } from '../../src/api/datastore.js';
import type { OperationCapability } from '../../src/api/capabilities.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

/** The calls that require each capability. */
const callsByCapability: Readonly<Record<OperationCapability, Readonly<Record<string, (bucket: Bucket) => Promise<unknown>>>>> = {
  conditionalPut: {
    'put ifMatch': (bucket) => bucket.put('k', 'data', { ifMatch: '*' }),
    'put ifNoneMatch': (bucket) => bucket.put('k', 'data', { ifNoneMatch: '*' }),
    'fput ifMatch': (bucket) => bucket.fput('k', import.meta.filename, { ifMatch: '*' }),
    'putRequest ifMatch': (bucket) => bucket.putRequest('http://localhost', 'k', { ifMatch: '*', fetch: async () => new Response('data') }),
  },
  conditionalDelete: {
    'delete ifMatch': (bucket) => bucket.delete('k', { ifMatch: '*' }),
  },
  conditionalCopy: {
    'fcopyTo ifMatch': (bucket) => bucket.fcopyTo('photos', 'k', 's', { ifMatch: '*' }),
    'fcopyTo ifNoneMatch': (bucket) => bucket.fcopyTo('photos', 'k', 's', { ifNoneMatch: '*' }),
  },
  tags: {
    'put tags': (bucket) => bucket.put('k', 'data', { tags: { a: 'b' } }),
    'fcopyTo tags': (bucket) => bucket.fcopyTo('photos', 'k', 's', { tags: {} }),
    tags: (bucket) => bucket.tags('k'),
    setTags: (bucket) => bucket.setTags('k', { a: 'b' }),
    removeTags: (bucket) => bucket.removeTags('k'),
  },
  versioning: {
    'get versionId': (bucket) => bucket.get('k', { versionId: 'v' }),
    'delete versionId': (bucket) => bucket.delete('k', { versionId: 'v' }),
    'stat versionId': (bucket) => bucket.stat('k', { versionId: 'v' }),
    'fcopyTo sourceVersionId': (bucket) => bucket.fcopyTo('photos', 'k', 's', { sourceVersionId: 'v' }),
    'tags versionId': (bucket) => bucket.tags('k', { versionId: 'v' }),
    'setTags versionId': (bucket) => bucket.setTags('k', {}, { versionId: 'v' }),
    'removeTags versionId': (bucket) => bucket.removeTags('k', { versionId: 'v' }),
    'presign versionId': (bucket) => bucket.presign('k', { versionId: 'v' }),
    'delete versionId of a list': (bucket) => bucket.delete([{ key: 'k', versionId: 'v' }]),
    listVersions: (bucket) => bucket.listVersions(),
    listVersionsPage: (bucket) => bucket.listVersionsPage(),
    setVersioning: (bucket) => bucket.setVersioning('enabled'),
    versioning: (bucket) => bucket.versioning(),
  },
  presign: {
    presign: (bucket) => bucket.presign('k', { method: 'PUT' }),
    presignPost: (bucket) => bucket.presignPost({ key: 'k' }),
  },
  uploads: {
    createUpload: (bucket) => bucket.createUpload('k'),
    listUploads: (bucket) => bucket.listUploads(),
    listUploadsPage: (bucket) => bucket.listUploadsPage(),
    putPart: (bucket) => bucket.upload('k', 'u').putPart(1, 'data'),
    copyPart: (bucket) => bucket.upload('k', 'u').copyPart(1, 's'),
    listParts: (bucket) => bucket.upload('k', 'u').listParts(),
    listPartsPage: (bucket) => bucket.upload('k', 'u').listPartsPage(),
    complete: (bucket) => bucket.upload('k', 'u').complete([{ partNumber: 1, etag: 'e' }]),
    abort: (bucket) => bucket.upload('k', 'u').abort(),
    'presign part': (bucket) => bucket.presign('k', { method: 'PUT', part: { uploadId: 'u', partNumber: 1 } }),
  },
  checksums: {
    'put checksum': (bucket) => bucket.put('k', 'data', { checksum: { algorithm: 'CRC32' } }),
    'fput checksum': (bucket) => bucket.fput('k', import.meta.filename, { checksum: { algorithm: 'CRC32' } }),
    'createUpload checksum': (bucket) => bucket.createUpload('k', { checksum: { algorithm: 'CRC32' } }),
    'putPart checksum': (bucket) => bucket.upload('k', 'u').putPart(1, 'data', { checksum: { algorithm: 'CRC32' } }),
  },
  native: {
    'get native': (bucket) => bucket.get('k', { native: {} }),
    'put native': (bucket) => bucket.put('k', 'data', { native: {} }),
    'stat native': (bucket) => bucket.stat('k', { native: {} }),
    'fcopyTo native': (bucket) => bucket.fcopyTo('photos', 'k', 's', { native: {} }),
  },
};

const rows = Object.entries(callsByCapability).flatMap(([capability, uses]) =>
  Object.entries(uses).map(([use, call]) => [use, capability, call] as const),
);

test.for(rows)('%s fails with NotImplemented without the capability %s', async ([, capability, call]) => {
  const without = testStore({ capabilities: { [capability]: false } });
  const failure = await failureOf(() => call(without.bucket));
  expect([failure.code, failure.status, failure.bucket]).toEqual(['NotImplemented', 501, 'photos']);
  expect(without.calls).toEqual([]);
});

test.for(rows)('%s requires only the capability %s', async ([, capability, call]) => {
  const other = {
    conditionalPut: false,
    conditionalDelete: false,
    conditionalCopy: false,
    tags: false,
    versioning: false,
    presign: false,
    uploads: false,
    checksums: false,
    native: false,
  };
  // Tags and presigned URLs of a version, and checksums of uploads, require two capabilities.
  const { bucket, calls, objects } = testStore({
    capabilities: { ...other, tags: true, presign: true, uploads: true, [capability]: true },
  });
  objects.set('k', Buffer.from('data'));
  await call(bucket);
  expect(calls.length).toBe(1);
});

test('reports an invalid argument before a missing capability', async () => {
  const { bucket } = testStore({ capabilities: { versioning: false, conditionalDelete: false, tags: false, presign: false } });
  const failures = [
    () => bucket.get('k', { versionId: '' }),
    () => bucket.delete('k', { ifMatch: '' }),
    () => bucket.tags('k', { unknown: 1 } as object),
    () => bucket.presign('k', { expiresIn: 0 }),
    () => bucket.setVersioning('on' as 'enabled'),
  ];
  for (const call of failures) expect((await failureOf(call)).code).toBe('InvalidArgument');
});

test('freezes the capabilities', () => {
  const { store } = testStore();
  expect(() => Object.assign(store.capabilities, { tags: false })).toThrow(TypeError);
});
