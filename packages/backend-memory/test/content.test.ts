import { expect, test } from 'vitest';
import { BlockBuffer, JoinedContent, copyContent } from '../src/store/content.js';
import { sliceContent } from '../src/store/receive.js';
import { pattern } from './support.js';

const body = pattern(300_000);
const blockBuffer = new BlockBuffer();
blockBuffer.append(body);
const end = new BlockBuffer();
end.append(body.subarray(1000));
end.trim();
const joined = new JoinedContent([body.subarray(0, 15), new Uint8Array(0), body.subarray(15, 1000), end]);

test.for([
  ['a Uint8Array', body],
  ['a BlockBuffer', blockBuffer],
  ['a JoinedContent', joined],
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

test('the parts of a JoinedContent are not copied', () => {
  expect(joined.size).toBe(300_000);
  expect(joined.toBuffer().equals(body)).toBe(true);
  const [first] = joined.blocks();
  expect(first?.buffer).toBe(body.buffer);
  expect(new JoinedContent([]).toBuffer()).toHaveLength(0);
});

test.for<[from: number, to: number]>([
  [0, 300_000],
  [0, 10],
  [200_000, 300_000],
  [262_100, 262_200],
  [5, 5],
])('sliceContent returns the bytes from %i to %i', ([from, to]) => {
  for (const content of [body, joined]) {
    const slice = copyContent(sliceContent(content, from, to));
    expect(Buffer.from(slice).equals(body.subarray(from, to))).toBe(true);
  }
});

test('sliceContent does not copy a whole content', () => {
  expect(sliceContent(joined, 0, joined.size)).toBe(joined);
});
