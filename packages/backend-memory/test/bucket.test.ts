import { expect, test } from 'vitest';
import type { PutCall } from '@anybucket/core/backend';
import { MemoryDriver } from '../src/index.js';
import { inChunks, pattern } from './support.js';

// The primitives, without the checks of the portable layer.
const attributes = { contentType: 'text/plain', metadata: { name: 'value' } };
const call: PutCall = { attributes, tags: { t: '1' }, partSize: 1e6, concurrency: 1 };
const hello = { size: 5, etag: '5d41402abc4b2a76b9719d911017c592' };
const listAll = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000, metadata: false };

const text = (body: string) => ({ [Symbol.asyncIterator]: () => inChunks(body) });

/** Creates a driver with the object `photos/a` and a clock that advances by one second per write. */
async function setUp() {
  let seconds = 0;
  const driver = new MemoryDriver({ buckets: { photos: {}, other: {} }, now: () => 1000 * seconds++ });
  const photos = driver.bucket('photos');
  const put = await photos.putObject('a', text('hello'), call);
  return { driver, photos, put };
}

test('put, head, get and list return the metadata of a put', async () => {
  const { photos, put } = await setUp();
  const info = { key: 'a', ...hello, lastModified: new Date(0), ...attributes, tagCount: 1 };
  expect(put).toEqual({ etag: hello.etag });
  expect(await photos.headObject('a', {})).toEqual(info);
  const { body, ...rest } = await photos.getObject('a', {});
  expect(rest).toEqual({ info });
  expect(body).toEqual(Buffer.from('hello'));
  const { tagCount: _, contentType, metadata, ...summary } = info;
  expect(await photos.listObjects(listAll)).toEqual({ entries: [summary], truncated: false });
  expect(await photos.listObjects({ ...listAll, metadata: true })).toMatchObject({ entries: [{ ...summary, contentType, metadata }] });
});

test('a page contains objects and common prefixes', async () => {
  const { photos } = await setUp();
  await photos.putObject('b/c', text(''), call);
  const page = await photos.listObjects({ ...listAll, delimiter: '/', maxKeys: 2 });
  expect(page).toMatchObject({
    entries: [
      { key: 'a', size: 5 },
      { key: 'b/', isPrefix: true },
    ],
    truncated: false,
  });
});

test('a range of a large body contains only its bytes', async () => {
  const body = pattern(300_000);
  const photos = new MemoryDriver({ buckets: { photos: { a: body } } }).bucket('photos');
  const part = await photos.getObject('a', { range: { start: 200_000, end: 200_010 } });
  expect(part.range).toEqual({ start: 200_000, end: 200_010, size: 300_000 });
  expect(part.body).toEqual(body.subarray(200_000, 200_010));
});

test('failed conditions are rejected with PreconditionFailed', async () => {
  const { photos } = await setUp();
  const otherEtag = { ifMatch: 'other' };
  const preconditionFailed = expect.objectContaining({ code: 'PreconditionFailed' }) as Error;
  await expect(photos.getObject('a', { conditions: otherEtag })).rejects.toEqual(preconditionFailed);
  await expect(photos.putObject('a', text(''), { ...call, conditions: otherEtag })).rejects.toEqual(preconditionFailed);
  await expect(photos.copyObject('b', { bucket: 'photos', key: 'a', conditions: otherEtag }, {})).rejects.toEqual(preconditionFailed);
  await expect(photos.copyObject('a', { bucket: 'photos', key: 'a' }, { conditions: otherEtag })).rejects.toEqual(preconditionFailed);
  await expect(photos.deleteObject('a', otherEtag)).rejects.toEqual(preconditionFailed);
  expect(await photos.headObject('a', {})).toMatchObject({ ...hello, lastModified: new Date(0) });
  await photos.deleteObject('a', { ifMatch: hello.etag });
  expect(await photos.listObjects(listAll)).toMatchObject({ entries: [] });
});

test('a put that cannot succeed does not read its body', async () => {
  const { driver, photos } = await setUp();
  const failIfRead = {
    [Symbol.asyncIterator]: () => {
      throw new Error('read');
    },
  };
  await expect(photos.putObject('a', failIfRead, { ...call, conditions: { ifNoneMatch: '*' } })).rejects.toMatchObject({
    code: 'PreconditionFailed',
  });
  await expect(driver.bucket('none').putObject('a', failIfRead, call)).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

test('a put whose condition fails or that is aborted while its body is read stores nothing', async () => {
  const { photos } = await setUp();
  const reason = new Error('aborted');
  const abort = new AbortController();
  const conditional = photos.putObject('b', text('late'), { ...call, conditions: { ifNoneMatch: '*' } });
  const aborted = photos.putObject('c', text(''), { ...call, signal: abort.signal });
  abort.abort(reason);
  await photos.putObject('b', { ...text(''), bytes: Buffer.from('first') }, call);
  await expect(conditional).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(aborted).rejects.toBe(reason);
  expect(await photos.listObjects(listAll)).toMatchObject({ entries: [{ key: 'a' }, { key: 'b', size: 5 }] });
});

test('a copy keeps or replaces attributes and tags', async () => {
  const { driver, photos } = await setUp();
  const other = driver.bucket('other');
  const source = { bucket: 'photos', key: 'a' };
  expect(await other.copyObject('kept', source, {})).toEqual({ etag: hello.etag, lastModified: new Date(1000) });
  expect(await other.headObject('kept', {})).toMatchObject({ ...hello, ...attributes });
  expect(await driver.tags.getTags('other', 'kept', {})).toEqual({ t: '1' });
  await other.copyObject('replaced', source, { replace: { contentType: 'x/y', metadata: {} }, tags: { u: '2' } });
  expect(await other.headObject('replaced', {})).toMatchObject({ ...hello, contentType: 'x/y', metadata: {} });
  expect(await driver.tags.getTags('other', 'replaced', {})).toEqual({ u: '2' });
  expect(driver.toJSON()).toMatchObject({
    other: { kept: { text: 'hello' }, replaced: { text: 'hello' } },
    photos: { a: { text: 'hello' } },
  });
  await expect(photos.copyObject('b', { bucket: 'none', key: 'a' }, {})).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'none' });
  await expect(driver.bucket('none').copyObject('b', source, {})).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'none' });
});

test('a copy of a multipart object has the MD5 of the whole body', async () => {
  const { photos } = await setUp();
  const { etag } = await photos.putObject('parts', text('hello'), { ...call, partSize: 2 });
  expect(etag).toMatch(/-3$/);
  expect(await photos.copyObject('copy', { bucket: 'photos', key: 'parts' }, {})).toMatchObject({ etag: hello.etag });
});

test('setTags changes only the tags, and getTags returns a copy', async () => {
  const { driver, photos } = await setUp();
  await driver.tags.setTags('photos', 'a', { u: '2' }, {});
  const tags = await driver.tags.getTags('photos', 'a', {});
  expect(tags).toEqual({ u: '2' });
  Object.assign(tags ?? {}, { u: '3' });
  expect(await driver.tags.getTags('photos', 'a', {})).toEqual({ u: '2' });
  expect(await photos.headObject('a', {})).toMatchObject({ ...hello, ...attributes, lastModified: new Date(0) });
});

test('delete ignores missing objects, but not a missing bucket', async () => {
  const { driver, photos } = await setUp();
  await photos.deleteObject('none', {});
  expect(await photos.deleteObjects([{ key: 'none' }, { key: 'a' }], {})).toEqual([{}, {}]);
  expect(driver.toJSON()).toEqual({ other: {}, photos: {} });
  await expect(photos.deleteObject('a', { ifMatch: '*' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  await expect(driver.bucket('none').deleteObject('a', {})).rejects.toMatchObject({ code: 'NoSuchBucket' });
  await expect(driver.bucket('none').deleteObjects([], {})).rejects.toMatchObject({ code: 'NoSuchBucket' });
});
