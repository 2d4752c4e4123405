import { createHash } from 'node:crypto';

/** The order of listings: the bytes of the UTF-8 form, one by one. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Tells text that UTF-8 can carry: without half a surrogate pair. */
export function isUnicode(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

/** The ETag of a body that was put in parts of a size. */
export function etagOfParts(bytes: Buffer, partSize: number): string {
  if (bytes.length <= partSize) return md5(bytes).toString('hex');
  const digests: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += partSize) digests.push(md5(bytes.subarray(start, start + partSize)));
  return `${md5(Buffer.concat(digests)).toString('hex')}-${digests.length}`;
}

/** The MD5 of some bytes. */
export function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
