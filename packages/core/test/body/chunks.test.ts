import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asBuffer, rechunk, slices } from '../../src/body/chunks.js';

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));

test.for([
  [[], 3, []],
  [[''], 3, []],
  [['abc'], 3, ['abc']],
  [['ab'], 3, ['ab']],
  [['abcd'], 3, ['abc', 'd']],
  [['a', 'b', 'c', 'd'], 3, ['abc', 'd']],
  [['ab', 'cdefg'], 3, ['abc', 'def', 'g']],
  [['abcdef', ''], 3, ['abc', 'def']],
  [['a', '', 'bc'], 3, ['abc']],
  [['abc'], 1, ['a', 'b', 'c']],
] as const)('rechunks %j by %i to %j', async ([texts, size, expected]) => {
  expect((await collect(rechunk(streamOf(bytes(...texts)), size))).map(String)).toEqual(expected);
});

test('all chunks but the last have the requested size, and no byte is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 9 }),
      fc.integer({ min: 1, max: 12 }),
      async (chunksIn, size) => {
        const chunks = await collect(rechunk(streamOf(chunksIn), size));
        expect(Buffer.concat(chunks)).toEqual(Buffer.concat(chunksIn));
        expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
        expect(chunks.length).toBe(Math.ceil(Buffer.concat(chunksIn).length / size));
      },
    ),
  );
});

test('does not copy chunks within one source chunk', async () => {
  // Not from the shared pool of small Buffers.
  const chunk = Buffer.allocUnsafeSlow(6).fill('abcdef');
  for (const part of await collect(rechunk(streamOf([chunk]), 3))) expect(part.buffer).toBe(chunk.buffer);
});

test('yields a chunk as soon as it is full', async () => {
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* bytes('a', 'bc');
    await new Promise(() => {});
  };
  expect(String((await rechunk(source(), 3).next()).value)).toBe('abc');
});

test('closes its source when iteration stops', async () => {
  const source = streamOf(bytes('abcdef'));
  for await (const chunk of rechunk(source, 2)) {
    expect(String(chunk)).toBe('ab');
    break;
  }
  expect(await source.next()).toEqual({ done: true, value: undefined });
});

test.for([
  [0, 4, []],
  [3, 4, [3]],
  [4, 4, [4]],
  [9, 4, [4, 4, 1]],
])('slices a block of %i bytes by %i', ([size, slice, expected]) => {
  const block = new Uint8Array(size as number).map((_, index) => index);
  const parts = [...slices(block, slice as number)];
  expect(parts.map((part) => part.length)).toEqual(expected);
  expect(Buffer.concat(parts)).toEqual(Buffer.from(block));
});

test('asBuffer returns a Buffer unchanged, and shares the memory of other views', () => {
  const buffer = Buffer.from('abc');
  expect(asBuffer(buffer)).toBe(buffer);
  const view = new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
  expect(asBuffer(view)).toEqual(Buffer.from([2, 3]));
  expect(asBuffer(view).buffer).toBe(view.buffer);
});
