import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../api/object-info.js';

/*
 * Reference implementations of the expected results. They share no code with the library, so that a mistake in its rules is detected.
 */

const defaultPartSize = 16 * 1024 * 1024;

/** Returns the MD5 digest in hexadecimal. */
export function md5(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Returns the MD5 digest in base64, the format of `contentMD5`. */
export function md5Base64(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('base64');
}

const reversedPolynomials = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n } as const;

/** Returns a checksum in base64, the format of `checksum`. */
export function checksum(algorithm: ChecksumAlgorithm, bytes: Uint8Array | string): string {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') return createHash(algorithm).update(bytes).digest('base64');
  const bits = algorithm === 'CRC64NVME' ? 64n : 32n;
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ ((value & 1n) * reversedPolynomials[algorithm]);
    return value;
  });
  const ones = 2n ** bits - 1n;
  let value = ones;
  for (const byte of Buffer.from(bytes)) value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  return Buffer.from((value ^ ones).toString(16).padStart(Number(bits) / 4, '0'), 'hex').toString('base64');
}

/** Returns the S3 ETag: the MD5 of the body, or the MD5 of the parts' MD5s for a multipart upload. */
export function expectedEtag(body: Uint8Array, partSize = defaultPartSize): string {
  if (body.length <= partSize) return md5(body);
  const digests = createHash('md5');
  const parts = Math.ceil(body.length / partSize);
  for (let part = 0; part < parts; part++)
    digests.update(
      createHash('md5')
        .update(body.subarray(part * partSize, (part + 1) * partSize))
        .digest(),
    );
  return `${digests.digest('hex')}-${parts}`;
}

/** Returns a copy sorted by UTF-8 bytes. */
export function sortByBytes(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Returns the expected listing of some keys, in the format of `entryKeys`. */
export function expectedListing(keys: readonly string[], { prefix = '', delimiter = '', startAfter = '' }): string[] {
  const entries: string[] = [];
  for (const key of sortByBytes(keys)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at === -1 ? key : key.slice(0, at + delimiter.length);
    if (startAfter !== '' && Buffer.compare(Buffer.from(name), Buffer.from(startAfter)) <= 0) continue;
    const entry = at === -1 ? name : `${name}*`;
    if (entries.at(-1) !== entry) entries.push(entry);
  }
  return entries;
}
