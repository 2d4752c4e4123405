import { expect, test } from 'vitest';
import { Blocks } from '../src/blocks.js';
import { copyOf } from '../src/content.js';
import { pattern } from './support.js';

const body = pattern(300_000);
const blocks = new Blocks();
blocks.append(body);

test.for([
  ['one buffer', body],
  ['blocks', blocks],
] as const)('a copy out of %s ends where the body ends', ([, content]) => {
  const copied = (start?: number, length?: number) => Buffer.from(copyOf(content, start, length));
  expect(copied().equals(body)).toBe(true);
  expect(copied(10).equals(body.subarray(10))).toBe(true);
  expect(copied(10, 20).equals(body.subarray(10, 30))).toBe(true);
  expect(copied(299_990, 20).equals(body.subarray(299_990))).toBe(true);
});

test('a copy is one: whoever has it may change it', () => {
  copyOf(body).fill(0);
  copyOf(blocks).fill(0);
  expect(body.equals(pattern(300_000))).toBe(true);
  expect(blocks.toBuffer().equals(body)).toBe(true);
});
