import { expect, test } from 'vitest';
import { MemoryDriver } from '../src/index.js';
import { pattern } from './support.js';

const chunkBytes = 64 * 1024;
const size = 3 * chunkBytes + 5;

/** Returns what `getObject` returns for a body of some size, or for a range of it. */
async function getBody(bytes: number, range?: { start: number; end: number }) {
  const driver = new MemoryDriver({ buckets: { photos: { a: pattern(bytes) } } });
  const { body } = await driver.bucket('photos').getObject('a', { range });
  return body;
}

test.for([
  ['a body of one chunk', 'bytes', chunkBytes, undefined],
  ['a larger body', 'a stream', chunkBytes + 1, undefined],
  ['a range of one chunk', 'bytes', size, { start: 10, end: 10 + chunkBytes }],
  ['a larger range', 'a stream', size, { start: 10, end: 11 + chunkBytes }],
] as const)('getObject returns %s as %s', async ([, form, bytes, range]) => {
  expect((await getBody(bytes, range)) instanceof Uint8Array ? 'bytes' : 'a stream').toBe(form);
});

test('a stream yields one chunk at a time', async () => {
  const body = await getBody(size);
  const lengths: number[] = [];
  if (!(body instanceof Uint8Array)) for await (const chunk of body) lengths.push(chunk.length);
  expect(lengths).toEqual([chunkBytes, chunkBytes, chunkBytes, 5]);
});

test('a stream ends when it is cancelled between two chunks', async () => {
  const body = await getBody(size);
  let chunks = 0;
  if (!(body instanceof Uint8Array)) {
    for await (const _ of body) {
      chunks++;
      await body.cancel();
    }
  }
  expect(chunks).toBe(1);
});

test('a stream that was not read to its end yields nothing when read again', async () => {
  const body = await getBody(size);
  const chunks: Uint8Array[] = [];
  if (!(body instanceof Uint8Array)) {
    for await (const chunk of body) {
      chunks.push(chunk);
      break;
    }
    for await (const chunk of body) chunks.push(chunk);
  }
  expect(chunks).toHaveLength(1);
});

test('putObject stores bytes in memory without reading the stream', async () => {
  const driver = new MemoryDriver({ buckets: { photos: {} } });
  const failIfRead = () => {
    throw new Error('the stream was read instead of the bytes');
  };
  const body = { size: 5, bytes: Buffer.from('hello'), [Symbol.asyncIterator]: failIfRead };
  await driver
    .bucket('photos')
    .putObject('a', body, { attributes: { contentType: 'x/y', metadata: {} }, tags: {}, partSize: 100, concurrency: 1 });
  expect(driver.toJSON()).toMatchObject({ photos: { a: { text: 'hello' } } });
});

test('seeds are copied', () => {
  const bytes = Buffer.from('hello');
  const driver = new MemoryDriver({ buckets: { photos: { a: bytes } } });
  bytes.fill('x');
  expect(driver.toJSON()).toEqual({ photos: { a: 'hello' } });
});
