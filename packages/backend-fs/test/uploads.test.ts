import { createHash } from 'node:crypto';
import fs, { cpSync, existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FsDriver } from '@anybucket/backend-fs';
import type { Bucket, StorageError } from '@anybucket/core';
import type { DriverStream } from '@anybucket/core/backend';
import { expect, test, vi } from 'vitest';
import { callsWith } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const minPartBytes = 5 * 2 ** 20;
const uploads = '.anybucket/buckets/photos/uploads';
const dayMs = 24 * 3_600_000;

function part(fill: number, size = minPartBytes): Buffer {
  return Buffer.alloc(size, fill);
}

async function bytesOf(bucket: Bucket, key: string): Promise<Buffer> {
  return (await bucket.get(key)).bytes();
}

function uploadNames(root: string): string[] {
  return existsSync(join(root, uploads)) ? readdirSync(join(root, uploads)) : [];
}

/** Makes an upload look as if it had not been used for a time. */
function age(root: string, id: string, ms: number): void {
  const time = (Date.now() - ms) / 1000;
  for (const path of [join(root, uploads, id, 'upload.json'), join(root, uploads, id)]) if (existsSync(path)) utimesSync(path, time, time);
}

test('joins parts in the order of their numbers, and leaves nothing of the upload', async () => {
  const { root, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('a/b', {
    contentType: 'x/y',
    metadata: { by: 'me' },
    tags: { t: 'u' },
    cacheControl: 'no-cache',
  });
  await upload.putPart(7, part(3, 10));
  await upload.putPart(3, Readable.from([part(2, 100_000), part(2, minPartBytes - 100_000)]));
  await upload.putPart(1, part(1));
  expect(await bucket.listFilename()).toEqual([]);
  await upload.complete();
  expect((await bytesOf(bucket, 'a/b')).equals(Buffer.concat([part(1), part(2), part(3, 10)]))).toBe(true);
  expect(await bucket.stat('a/b')).toMatchObject({ contentType: 'x/y', metadata: { by: 'me' }, cacheControl: 'no-cache', tagCount: 1 });
  expect(uploadNames(root)).toEqual([]);
  expect(readdirSync(join(root, 'photos'))).toEqual(['a']);
});

test('reads the parts of an object by their numbers, also after its tags were set and the root reopened', async () => {
  const { root, store, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('k');
  await upload.putPart(2, part(1, minPartBytes + 1));
  await upload.putPart(5, part(2));
  await upload.putPart(6, part(3, 3));
  await upload.complete();
  await bucket.setTags('k', { t: 'u' });
  await store.close();
  const driver = new FsDriver({ root });
  const size = 2 * minPartBytes + 4;
  const rangeOf = async (partNumber: number): Promise<unknown> => {
    const { info, range, body } = await driver.bucket('photos').getObject('k', { partNumber });
    await (body as Partial<DriverStream>).cancel?.();
    expect(info.etag).toMatch(/-3$/);
    return range;
  };
  try {
    expect(await rangeOf(2)).toEqual({ start: 0, end: minPartBytes + 1, size });
    expect(await rangeOf(5)).toEqual({ start: minPartBytes + 1, end: 2 * minPartBytes + 1, size });
    expect(await rangeOf(6)).toEqual({ start: 2 * minPartBytes + 1, end: size, size });
    await expect(rangeOf(1)).rejects.toMatchObject({ code: 'InvalidRange' });
  } finally {
    await driver.close();
  }
});

test('the state of the bucket when an upload begins determines its version', async () => {
  const { bucket } = await scope.bucket();
  const before = await bucket.createUpload('k');
  await bucket.setVersioning('enabled');
  const during = await bucket.createUpload('k');
  await bucket.put('k', 'put');
  await bucket.setVersioning('suspended');
  for (const upload of [before, during]) await upload.putPart(1, 'part');
  expect(await before.complete()).not.toHaveProperty('versionId');
  const { versionId } = await during.complete();
  const versions = await bucket.listVersions();
  expect(versions.map((version) => version.versionId)).toEqual([versionId, 'null', expect.any(String)]);
  expect(versions[0]?.isLatest).toBe(true);
});

test('a part is copied from a version, and only from one that exists', async () => {
  const { bucket } = await scope.bucket();
  await bucket.setVersioning('enabled');
  const { versionId } = await bucket.put('source', 'older');
  await bucket.put('source', 'newer');
  const upload = await bucket.createUpload('k');
  await upload.copyPart(1, 'source', { sourceVersionId: versionId, range: { start: 1, end: 3 } });
  await expect(upload.copyPart(1, 'source', { sourceVersionId: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({
    code: 'NoSuchVersion',
  });
  await expect(upload.copyPart(1, 'source', { sourceVersionId: 'x' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  await upload.complete();
  expect(await textOf(bucket, 'k')).toBe('ld');
});

test('keeps an upload for another datastore, which lists and completes it', async () => {
  const { root, bucket, store } = await scope.bucket();
  const { id } = await bucket.createUpload('k');
  await bucket.upload('k', id).putPart(1, 'one');
  await store.close();
  const other = scope.open(root).bucket('photos');
  expect(await other.listUploads()).toMatchObject([{ key: 'k', id }]);
  await other.upload('k', id).complete();
  expect(await textOf(other, 'k')).toBe('one');
});

test('of several completions in different datastores, one succeeds', { timeout: 30_000 }, async () => {
  const { root, bucket } = await scope.bucket();
  const others = [scope.open(root), scope.open(root)].map((store) => store.bucket('photos'));
  for (let round = 0; round < 10; round++) {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, `round ${round}`);
    const handles = [
      upload,
      ...others.map((other) => other.upload('k', upload.id)),
      ...others.map((other) => other.upload('k', upload.id)),
    ];
    const results = await Promise.allSettled(handles.map((handle) => handle.complete()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const errors = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as StorageError).code);
    expect(errors).toEqual(Array.from({ length: 4 }, () => 'NoSuchUpload'));
  }
  expect(uploadNames(root)).toEqual([]);
});

test('completes more uploads at once than files may be open in the pool', { timeout: 60_000 }, async () => {
  const { root, bucket } = await scope.bucket();
  const handles = await Promise.all(Array.from({ length: 700 }, (_, i) => bucket.createUpload(`k${i}`)));
  await Promise.all(handles.map((upload) => upload.putPart(1, upload.key)));
  await Promise.all(handles.map((upload) => upload.complete()));
  expect(await textOf(bucket, 'k699')).toBe('k699');
  expect(uploadNames(root)).toEqual([]);
});

test.each([
  [
    'is not supported',
    (): never => {
      throw new Error('not supported');
    },
  ],
  [
    'fails halfway',
    (_from: string, to: string, _mode: number, callback: (error: Error) => void) => {
      writeFileSync(to, 'half');
      callback(Object.assign(new Error('EIO'), { code: 'EIO' }));
    },
  ],
])('joins parts where copying a file in the kernel %s', async (_name, copyFile) => {
  const { bucket } = await scope.bucket({ calls: callsWith({ copyFile: copyFile as unknown as typeof fs.copyFile }) });
  const upload = await bucket.createUpload('k');
  await upload.putPart(1, part(1));
  await upload.putPart(2, part(2, 5));
  await upload.complete();
  expect((await bytesOf(bucket, 'k')).equals(Buffer.concat([part(1), part(2, 5)]))).toBe(true);
});

test('removing a bucket removes its open uploads', async () => {
  const { root, store, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('k');
  await upload.putPart(1, 'part');
  expect(await store.removeBucket('photos')).toBe(true);
  expect(existsSync(join(root, '.anybucket/buckets/photos'))).toBe(false);
  await expect(upload.putPart(1, 'part')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  await store.createBucket('photos');
  await expect(upload.complete([{ partNumber: 1, etag: 'x' }])).rejects.toMatchObject({ code: 'NoSuchUpload' });
  expect(await bucket.listUploads()).toEqual([]);
});

test('a failed part leaves the former one, and no temp file', async () => {
  const { root, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('k');
  await upload.putPart(1, 'former');
  const failing = Readable.from(
    (async function* () {
      yield part(1, 100_000);
      throw new Error('the source failed');
    })(),
  );
  await expect(upload.putPart(1, failing)).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(upload.putPart(1, 'other', { contentMD5: createHash('md5').update('x').digest('base64') })).rejects.toMatchObject({
    code: 'BadDigest',
  });
  const temp = join(root, '.anybucket/tmp');
  expect(readdirSync(temp).flatMap((name) => readdirSync(join(temp, name)))).toEqual(['lock']);
  await upload.complete();
  expect(await textOf(bucket, 'k')).toBe('former');
});

test('a failed completion leaves the upload open, and no temp file', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('k', 'existing');
  const upload = await bucket.createUpload('k');
  const { etag } = await upload.putPart(1, 'part');
  await upload.putPart(2, 'part');
  await expect(upload.complete(undefined, { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(upload.complete()).rejects.toMatchObject({ code: 'EntityTooSmall' });
  await expect(upload.complete([{ partNumber: 1, etag: 'other' }])).rejects.toMatchObject({ code: 'InvalidPart' });
  const temp = join(root, '.anybucket/tmp');
  expect(readdirSync(temp).flatMap((name) => readdirSync(join(temp, name)))).toEqual(['lock']);
  await upload.complete([{ partNumber: 1, etag }], { ifMatch: (await bucket.stat('k')).etag });
  expect(await textOf(bucket, 'k')).toBe('part');
});

test('the parts of a root that was copied without its times are verified', async () => {
  const { root, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('k');
  await upload.putPart(1, part(1));
  await upload.putPart(2, 'last');
  const copy = join(scope.directory(), 'copy');
  cpSync(root, copy, { recursive: true });
  const copied = scope.open(copy).bucket('photos');
  await copied.upload('k', upload.id).complete();
  expect((await bytesOf(copied, 'k')).equals(Buffer.concat([part(1), Buffer.from('last')]))).toBe(true);
});

test('an object that was uploaded in parts keeps its metadata in a copy of the root', async () => {
  const { root, bucket } = await scope.bucket();
  const upload = await bucket.createUpload('k', { metadata: { by: 'me' }, checksum: { algorithm: 'SHA256' } });
  await upload.putPart(4, part(1, minPartBytes + 7));
  await upload.putPart(9, part(2, 5));
  await upload.complete();
  const copy = join(scope.directory(), 'copy');
  cpSync(root, copy, { recursive: true });
  const info = await bucket.stat('k');
  expect(info.checksum).toMatchObject({ algorithm: 'SHA256', type: 'composite' });
  expect(await scope.open(copy).bucket('photos').stat('k')).toEqual(info);
});

test('abandoned uploads are removed when another one begins, but not those in use', async () => {
  const { root, bucket } = await scope.bucket();
  const [abandoned, used, recent] = [await bucket.createUpload('a'), await bucket.createUpload('b'), await bucket.createUpload('c')];
  for (const upload of [abandoned, used]) await upload.putPart(1, 'part');
  age(root, abandoned.id, 7.1 * dayMs);
  age(root, used.id, 7.1 * dayMs);
  age(root, recent.id, 6.9 * dayMs);
  await used.putPart(2, 'part');
  const other = scope.open(root).bucket('photos');
  const created = await other.createUpload('d');
  expect(uploadNames(root).toSorted()).toEqual([used.id, recent.id, created.id].toSorted());
  await expect(abandoned.listParts()).rejects.toMatchObject({ code: 'NoSuchUpload' });
});

test('the option uploadExpiryDays sets when uploads expire', async () => {
  const { root, bucket } = await scope.bucket();
  const { id } = await bucket.createUpload('a');
  age(root, id, 0.6 * dayMs);
  expect(await scope.open(root, {}, { uploadExpiryDays: 0.7 }).bucket('photos').listUploads()).toHaveLength(1);
  expect(await scope.open(root, {}, { uploadExpiryDays: 0.5 }).bucket('photos').listUploads()).toEqual([]);
  expect(uploadNames(root)).toEqual([]);
});

test.each([0, -1, 40_000, Number.NaN, '7'])('rejects uploadExpiryDays: %s', (uploadExpiryDays) => {
  expect(() => scope.open('/tmp', {}, { uploadExpiryDays: uploadExpiryDays as number })).toThrow(/uploadExpiryDays/);
});

test('what a killed process left of an ended upload is removed later', async () => {
  const { root, bucket } = await scope.bucket();
  const { id } = await bucket.createUpload('a');
  await bucket.upload('a', id).putPart(1, 'part');
  fs.rmSync(join(root, uploads, id, 'upload.json'));
  expect(await scope.open(root).bucket('photos').listUploads()).toEqual([]);
  expect(uploadNames(root)).toEqual([id]);
  age(root, id, 2 * 3_600_000);
  await scope.open(root).bucket('photos').createUpload('b');
  expect(uploadNames(root)).not.toContain(id);
});

test('a fake clock far in the future does not change the order of uploads', async () => {
  const { bucket } = await scope.bucket();
  const first = await bucket.createUpload('k');
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  try {
    const second = await bucket.createUpload('k');
    expect((await bucket.listUploads()).map(({ id }) => id)).toEqual([first.id, second.id]);
  } finally {
    vi.useRealTimers();
  }
});

test('a read-only root lists uploads and parts, and refuses changes', async () => {
  const { root, store, bucket } = await scope.bucket();
  const { id } = await bucket.createUpload('k');
  const { etag } = await bucket.upload('k', id).putPart(1, 'part');
  await store.close();
  const reader = scope.open(root, {}, { readOnly: true }).bucket('photos');
  const upload = reader.upload('k', id);
  expect(await reader.listUploads()).toHaveLength(1);
  expect(await upload.listParts()).toMatchObject([{ partNumber: 1, etag, size: 4 }]);
  for (const call of [
    () => reader.createUpload('k'),
    () => upload.putPart(1, 'part'),
    () => upload.copyPart(1, 'source'),
    () => upload.complete(),
    () => upload.abort(),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(
    readFileSync(join(root, uploads, id, '1'))
      .subarray(0, 4)
      .toString(),
  ).toBe('part');
});

test('pages of uploads are ordered by key, then by time', async () => {
  const { bucket } = await scope.bucket();
  for (const key of ['b', 'a/1', 'a/2', 'a/1', 'a']) await bucket.createUpload(key);
  const all = await bucket.listUploads();
  expect(all.map(({ key }) => key)).toEqual(['a', 'a/1', 'a/1', 'a/2', 'b']);
  const keys: string[] = [];
  let page = await bucket.listUploadsPage({ prefix: 'a', pageSize: 1 });
  for (;;) {
    keys.push(...page.uploads.map(({ id }) => id));
    if (page.next === undefined) break;
    page = await bucket.listUploadsPage({ prefix: 'a', pageSize: 1, after: page.next });
  }
  expect(keys).toEqual(all.slice(0, 4).map(({ id }) => id));
});
