import { expect, test } from 'vitest';
import { plainEtag, receiveBytes, receiveStream } from '../src/store/receive.js';
import { inChunks, pattern } from './support.js';

test.for([
  [0, true],
  [64 * 1024, true],
  [64 * 1024 + 1, false],
] as const)('a streamed body of %i bytes is stored as one buffer: %s', async ([size, isWhole]) => {
  const body = pattern(size);
  const chunks = { [Symbol.asyncIterator]: () => inChunks(body.subarray(0, size / 2), body.subarray(size / 2)) };
  const streamed = await receiveStream(chunks, size + 1);
  const whole = receiveBytes(body, size + 1);
  expect(streamed.content instanceof Uint8Array).toBe(isWhole);
  expect([streamed.size, streamed.etag, plainEtag(streamed.content)]).toEqual([size, whole.etag, plainEtag(whole.content)]);
});
