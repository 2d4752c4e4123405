import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockBuffer } from '../src/store/content.js';
import { pattern } from './support.js';

const blockBytes = 256 * 1024;

test('returns what was appended, for any chunks and any expected size', () => {
  const sizes = fc.array(fc.oneof(fc.nat(20), fc.integer({ min: blockBytes - 2, max: blockBytes + 2 })), { maxLength: 4 });
  const expected = fc.oneof(fc.constant(Infinity), fc.constant(0), fc.nat(3 * blockBytes));
  fc.assert(
    fc.property(
      sizes,
      expected,
      fc.nat(3 * blockBytes),
      fc.nat(2 * blockBytes),
      fc.boolean(),
      (lengths, expectedBytes, position, length, trimmed) => {
        const body = pattern(lengths.reduce((sum, size) => sum + size, 0));
        const buffer = new BlockBuffer(expectedBytes);
        let offset = 0;
        for (const size of lengths) buffer.append(body.subarray(offset, (offset += size)));
        if (trimmed) buffer.trim();
        expect(buffer.size).toBe(body.length);
        expect(buffer.toBuffer().equals(body)).toBe(true);
        const target = Buffer.alloc(length);
        const copied = buffer.copyTo(target, position);
        expect(target.subarray(0, copied).equals(body.subarray(position, position + length))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('copies the chunks', () => {
  const chunk = Buffer.from('abc');
  const buffer = new BlockBuffer();
  buffer.append(chunk);
  chunk.fill('x');
  expect(buffer.toBuffer().toString()).toBe('abc');
});

test.for([0, 1, blockBytes, blockBytes + 1])('a trimmed buffer of %i bytes allocates exactly its size', (size) => {
  const buffer = new BlockBuffer();
  buffer.append(pattern(size));
  buffer.trim();
  expect(buffer.blocks().reduce((sum, block) => sum + block.buffer.byteLength, 0)).toBe(size);
});

test('trim does not copy a full block', () => {
  const buffer = new BlockBuffer();
  buffer.append(pattern(blockBytes));
  const [full] = buffer.blocks();
  buffer.trim();
  expect(buffer.blocks()[0]).toBe(full);
});

/** Returns the bytes allocated by a buffer after an append in two chunks. */
function allocatedBytes(expected: number | undefined, bytes: number): number {
  const buffer = new BlockBuffer(expected);
  for (let half = 0; half < 2; half++) buffer.append(pattern(bytes / 2));
  return buffer.blocks().reduce((sum, block) => sum + block.buffer.byteLength, 0);
}

test.for([
  ['equal to the size', 10, 10, 10],
  ['larger', 12, 10, 12],
  ['smaller', 4, 10, blockBytes],
  ['0', 0, 10, blockBytes],
  ['unknown', undefined, 10, blockBytes],
  ['slightly larger than a block', blockBytes + 6, blockBytes + 6, blockBytes + 6],
] as const)('allocates what the body needs when the expected size is %s', ([, expected, bytes, allocated]) => {
  expect(allocatedBytes(expected, bytes)).toBe(allocated);
});

test('append fills a block with free space without copying it', () => {
  const buffer = new BlockBuffer();
  buffer.append(pattern(10));
  const [first] = buffer.blocks();
  buffer.append(pattern(10));
  expect(buffer.blocks()).toHaveLength(1);
  expect(buffer.blocks()[0]).toBe(first);
});
