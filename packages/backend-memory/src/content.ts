import { Blocks } from './blocks.js';

/** The bytes of a body: one buffer, or blocks where it came as a long stream. Stored content is never changed. */
export type Content = Uint8Array | Blocks;

/** A copy of a part of a body, all of it unless told otherwise. @param length bytes; fewer come where the body ends. */
export function copyOf(content: Content, start = 0, length = Infinity): Uint8Array {
  if (!(content instanceof Blocks)) return new Uint8Array(content.subarray(start, start + length));
  const target = Buffer.allocUnsafeSlow(Math.min(length, content.size - start));
  content.copyTo(target, start);
  return target;
}
