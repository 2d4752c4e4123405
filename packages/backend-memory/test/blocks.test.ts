import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Blocks } from '../src/blocks.js';
import { pattern } from './support.js';

const blockBytes = 256 * 1024;

test('gives back what was appended, at any cut and whatever size was expected', () => {
  const sizes = fc.array(fc.oneof(fc.nat(20), fc.integer({ min: blockBytes - 2, max: blockBytes + 2 })), { maxLength: 4 });
  const expected = fc.oneof(fc.constant(Infinity), fc.constant(0), fc.nat(3 * blockBytes));
  fc.assert(
    fc.property(
      sizes,
      expected,
      fc.nat(3 * blockBytes),
      fc.nat(2 * blockBytes),
      fc.boolean(),
      (lengths, hint, position, length, trimmed) => {
        const body = pattern(lengths.reduce((sum, size) => sum + size, 0));
        const blocks = new Blocks(hint);
        let at = 0;
        for (const size of lengths) blocks.append(body.subarray(at, (at += size)));
        if (trimmed) blocks.trim();
        expect(blocks.size).toBe(body.length);
        expect(blocks.toBuffer().equals(body)).toBe(true);
        const target = Buffer.alloc(length);
        const copied = blocks.copyTo(target, position);
        expect(target.subarray(0, copied).equals(body.subarray(position, position + length))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('holds a copy', () => {
  const chunk = Buffer.from('abc');
  const blocks = new Blocks();
  blocks.append(chunk);
  chunk.fill('x');
  expect(blocks.toBuffer().toString()).toBe('abc');
});

test.for([0, 1, blockBytes, blockBytes + 1])('a trimmed body of %i bytes holds no more than these', (size) => {
  const blocks = new Blocks();
  blocks.append(pattern(size));
  blocks.trim();
  expect(blocks.blocks().reduce((sum, block) => sum + block.buffer.byteLength, 0)).toBe(size);
});

test('trimming leaves a full block where it is', () => {
  const blocks = new Blocks();
  blocks.append(pattern(blockBytes));
  const [full] = blocks.blocks();
  blocks.trim();
  expect(blocks.blocks()[0]).toBe(full);
});

/** What blocks of some expected size take in memory after so many bytes, in two chunks. */
function heldBytes(expected: number | undefined, bytes: number): number {
  const blocks = new Blocks(expected);
  for (let half = 0; half < 2; half++) blocks.append(pattern(bytes / 2));
  return blocks.blocks().reduce((sum, block) => sum + block.buffer.byteLength, 0);
}

test.for([
  ['as many as come', 10, 10, 10],
  ['more than come', 12, 10, 12],
  ['fewer than come', 4, 10, blockBytes],
  ['none', 0, 10, blockBytes],
  ['nobody knows how many', undefined, 10, blockBytes],
  ['more than a block, by a few', blockBytes + 6, blockBytes + 6, blockBytes + 6],
] as const)('takes what the body needs where the bytes expected are %s', ([, expected, bytes, held]) => {
  expect(heldBytes(expected, bytes)).toBe(held);
});

test('a block with room is filled where it is', () => {
  const blocks = new Blocks();
  blocks.append(pattern(10));
  const [first] = blocks.blocks();
  blocks.append(pattern(10));
  expect(blocks.blocks()).toHaveLength(1);
  expect(blocks.blocks()[0]).toBe(first);
});
