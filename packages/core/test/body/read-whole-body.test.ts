import { expect, test } from 'vitest';
import { readWholeBody } from '../../src/body/read-whole-body.js';
import type { PutBody } from '../../src/driver/calls.js';

test('copies bytes that are in memory, before they can change', async () => {
  const bytes = Buffer.from('abc');
  const unread: PutBody = { bytes, [Symbol.asyncIterator]: () => expect.unreachable('was read') };
  const copied = readWholeBody(unread);
  bytes.fill('x');
  expect(String(await copied)).toBe('abc');
});

test('reads a stream to its end, though it fills one buffer again and again', async () => {
  const buffer = Buffer.alloc(1);
  const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (const letter of 'abc') {
      buffer.write(letter);
      yield buffer;
    }
  };
  expect(String(await readWholeBody(body()))).toBe('abc');
});

test('fails as the stream fails', async () => {
  const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('a');
    throw new Error('gone');
  };
  await expect(readWholeBody(body())).rejects.toThrow('gone');
});
