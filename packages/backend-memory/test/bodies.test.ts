import { expect, test } from 'vitest';
import { MemoryDriver } from '../src/index.js';
import { pattern } from './support.js';

const chunkBytes = 64 * 1024;
const size = 3 * chunkBytes + 5;

/** What the driver answers for a body of some size, or for a part of it. */
async function bodyOf(bytes: number, range?: { start: number; end: number }) {
  const driver = new MemoryDriver({ buckets: { photos: { a: pattern(bytes) } } });
  const { body } = await driver.bucket('photos').getObject('a', { range });
  return body;
}

test.for([
  ['a body of one chunk', 'bytes', chunkBytes, undefined],
  ['a larger one', 'a stream', chunkBytes + 1, undefined],
  ['a chunk out of a large one', 'bytes', size, { start: 10, end: 10 + chunkBytes }],
  ['more than a chunk out of a large one', 'a stream', size, { start: 10, end: 11 + chunkBytes }],
] as const)('%s is answered as %s', async ([, form, bytes, range]) => {
  expect((await bodyOf(bytes, range)) instanceof Uint8Array ? 'bytes' : 'a stream').toBe(form);
});

test('a stream is read chunk by chunk, so that little is held', async () => {
  const body = await bodyOf(size);
  const lengths: number[] = [];
  if (!(body instanceof Uint8Array)) for await (const chunk of body) lengths.push(chunk.length);
  expect(lengths).toEqual([chunkBytes, chunkBytes, chunkBytes, 5]);
});

test('a stream that is cancelled between two chunks ends', async () => {
  const body = await bodyOf(size);
  let chunks = 0;
  if (!(body instanceof Uint8Array)) {
    for await (const _ of body) {
      chunks++;
      await body.cancel();
    }
  }
  expect(chunks).toBe(1);
});

test('a stream that was left early holds nothing: reading it again gives nothing', async () => {
  const body = await bodyOf(size);
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

test('bytes are copied before the first await', async () => {
  const driver = new MemoryDriver({ buckets: { photos: {} } });
  const bytes = Buffer.from('hello');
  const unread = () => {
    throw new Error('read, though the bytes are there');
  };
  const body = { size: 5, bytes, [Symbol.asyncIterator]: unread };
  const stored = driver
    .bucket('photos')
    .putObject('a', body, { attributes: { contentType: 'x/y', metadata: {} }, tags: {}, partSize: 100, concurrency: 1 });
  bytes.fill('x');
  await stored;
  expect(driver.toJSON()).toEqual({ photos: { a: 'hello' } });
});
