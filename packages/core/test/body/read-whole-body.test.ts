import { expect, test } from 'vitest';
import { readWholeBody } from '../../src/body/read-whole-body.js';
import type { PutBody } from '../../src/driver/calls.js';

test('returns bytes in memory', async () => {
  const bytes = Buffer.from('abc');
  const unread: PutBody = { bytes, [Symbol.asyncIterator]: () => expect.unreachable('was read') };
  expect(await readWholeBody(unread)).toBe(bytes);
});

test('copies the chunks of a stream that reuses its buffer', async () => {
  const buffer = Buffer.alloc(1);
  const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (const letter of 'abc') {
      buffer.write(letter);
      yield buffer;
    }
  };
  expect(String(await readWholeBody(body()))).toBe('abc');
});

test('rejects with the error of the stream', async () => {
  const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('a');
    throw new Error('gone');
  };
  await expect(readWholeBody(body())).rejects.toThrow('gone');
});
