/** The bytes of a body: a text, or `size` bytes of a repeating pattern, starting at `patternOffset`. */
export type Content = { readonly text: string } | { readonly size: number; readonly patternOffset: number };

/** A prime number of bytes, so that repetitions never align with chunks or parts. Created on first use. */
let pattern: Buffer | undefined;

/** Returns the bytes of a content. */
export function contentBytes(content: Content): Buffer {
  if ('text' in content) return Buffer.from(content.text);
  pattern ??= Buffer.from(Array.from({ length: 65_521 }, (_, index) => index * 31 + (index >> 8)));
  return Buffer.alloc(content.size, pattern.subarray(content.patternOffset));
}

/** Returns the size of a content in bytes. */
export function contentSize(content: Content): number {
  return 'text' in content ? Buffer.byteLength(content.text) : content.size;
}
