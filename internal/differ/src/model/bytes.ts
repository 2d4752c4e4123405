import { createHash } from 'node:crypto';

/** Compares two keys by their UTF-8 bytes, the order of listings. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Returns whether a string can be encoded as UTF-8, that is, has no lone surrogates. */
export function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

/** Returns the ETag of a body: its MD5, or the multipart ETag when it is larger than one part. */
export function etagOf(bytes: Buffer, partSize: number): string {
  if (bytes.length <= partSize) return md5(bytes).toString('hex');
  const digests: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += partSize) digests.push(md5(bytes.subarray(start, start + partSize)));
  return `${md5(Buffer.concat(digests)).toString('hex')}-${digests.length}`;
}

export function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
