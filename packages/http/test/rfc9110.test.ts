import { expect, test, beforeAll } from 'vitest';
import { serveObject } from '../src/index.js';
import { putServedObjects, testRfc9110 } from './rfc9110-cases.js';
import type { ServedObjects } from './rfc9110-cases.js';
import { createBucket, recordCalls } from './support.js';

let objects: ServedObjects;
beforeAll(async () => {
  objects = await putServedObjects(await createBucket());
});

testRfc9110(async () => objects);

test.each([
  [{}, ['get']],
  [{ 'If-None-Match': '$etag' }, ['get']],
  [{ 'If-None-Match': '"x"' }, ['get']],
  [{ 'If-None-Match': '"x", W/"y"', 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' }, ['get']],
  [{ Range: 'bytes=0-9' }, ['get']],
  [{ Range: 'bytes=0-9', 'If-Range': '$etag' }, ['get']],
  [{ Range: 'bytes=0-9,10-19' }, ['get']],
])('calls the store once for %j', async (headers, expected) => {
  const { bucket: recorded, calls } = recordCalls(objects.bucket);
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, value.replace('$etag', objects.etag)]);
  await (await serveObject(recorded, 'a.txt', new Request('http://localhost/', { headers: sent }))).text();
  expect(calls).toEqual(expected);
});

test('calls the store once for HEAD', async () => {
  const { bucket: recorded, calls } = recordCalls(objects.bucket);
  await serveObject(recorded, 'a.txt', new Request('http://localhost/', { method: 'HEAD' }));
  expect(calls).toEqual(['stat']);
});
