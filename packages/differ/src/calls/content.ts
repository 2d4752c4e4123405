/** The bytes of a body: a text, or so many bytes of a pattern that repeats itself only after long. */
export type Content = { readonly text: string } | { readonly size: number; readonly fill: number };

const blockBytes = 65_521;

/** The bytes that a content stands for. */
export function bytesOf(content: Content): Buffer {
  if ('text' in content) return Buffer.from(content.text);
  const block = Buffer.allocUnsafe(Math.min(blockBytes, content.size));
  for (let index = 0; index < block.length; index++) block[index] = (index * 31 + content.fill + (index >> 8)) & 0xff;
  return content.size <= blockBytes ? block : Buffer.alloc(content.size, block);
}

/** Their number. */
export function sizeOf(content: Content): number {
  return 'text' in content ? Buffer.byteLength(content.text) : content.size;
}
