import { Blocks } from './blocks.js';

/** The bytes of a body: one buffer, or blocks where it came as a long stream. Stored content is never changed. */
export type Content = Uint8Array | Blocks;

/** A copy of a part of a body, all of it unless told otherwise. @param length bytes; fewer come where the body ends. */
export function copyOf(content: Content, start = 0, length = sizeOf(content) - start): Uint8Array {
  if (content instanceof Blocks) {
    const target = Buffer.allocUnsafeSlow(Math.min(length, content.size - start));
    content.copyTo(target, start);
    return target;
  }
  return new Uint8Array(length === content.byteLength ? content : content.subarray(start, start + length));
}

/** Bytes. */
function sizeOf(content: Content): number {
  return content instanceof Blocks ? content.size : content.byteLength;
}
