import { expect, test } from 'vitest';
import { BlockBuffer, copyContent } from '../src/store/content.js';
import { pattern } from './support.js';

const body = pattern(300_000);
const blockBuffer = new BlockBuffer();
blockBuffer.append(body);

test.for([
  ['a Uint8Array', body],
  ['a BlockBuffer', blockBuffer],
] as const)('copyContent of %s stops at the end of the content', ([, content]) => {
  const copied = (start?: number, length?: number) => Buffer.from(copyContent(content, start, length));
  expect(copied().equals(body)).toBe(true);
  expect(copied(10).equals(body.subarray(10))).toBe(true);
  expect(copied(10, 20).equals(body.subarray(10, 30))).toBe(true);
  expect(copied(299_990, 20).equals(body.subarray(299_990))).toBe(true);
});

test('changing a copy does not change the content', () => {
  copyContent(body).fill(0);
  copyContent(blockBuffer).fill(0);
  expect(body.equals(pattern(300_000))).toBe(true);
  expect(blockBuffer.toBuffer().equals(body)).toBe(true);
});
