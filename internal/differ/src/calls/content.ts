/** The bytes of a body: a text, or so many bytes of a pattern, from its place `fill` on. */
export type Content = { readonly text: string } | { readonly size: number; readonly fill: number };

/** Of no round length, so that it repeats itself at no round place. Made when it is first needed. */
let pattern: Buffer | undefined;

/** The bytes that a content stands for. */
export function bytesOf(content: Content): Buffer {
  if ('text' in content) return Buffer.from(content.text);
  pattern ??= Buffer.from(Array.from({ length: 65_521 }, (_, index) => index * 31 + (index >> 8)));
  return Buffer.alloc(content.size, pattern.subarray(content.fill));
}

/** Their number. */
export function sizeOf(content: Content): number {
  return 'text' in content ? Buffer.byteLength(content.text) : content.size;
}
