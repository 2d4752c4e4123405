import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
// Not imported on first use: Node remembers an `import()` that failed, for example for lack of descriptors.
import { createCRC32, createCRC64 } from 'hash-wasm';
import type { ChecksumAlgorithm } from '../api/object-info.js';

/** Computes a checksum of bytes that arrive in chunks. */
export interface ChecksumHasher {
  update(chunk: Uint8Array): void;
  /** Returns the checksum of all chunks in base64. Must be called once at most. */
  digest(): string;
}

/** The reversed polynomials. */
const polynomials = { CRC32C: 0x82f63b78, CRC64NVME: '9a6c9329ac4bc9b5' } as const;

/** Creates a hasher. */
export async function createChecksumHasher(algorithm: ChecksumAlgorithm): Promise<ChecksumHasher> {
  switch (algorithm) {
    case 'CRC32':
      return crc32Hasher();
    case 'CRC32C':
      return wasmHasher(await createCRC32(polynomials.CRC32C));
    case 'CRC64NVME':
      return wasmHasher(await createCRC64(polynomials.CRC64NVME));
    case 'SHA1':
    case 'SHA256':
      return shaHasher(algorithm);
  }
}

/** Returns the checksum of bytes in base64. */
export async function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  const hasher = await createChecksumHasher(algorithm);
  hasher.update(bytes);
  return hasher.digest();
}

/** Creates a hasher for one of the algorithms that need no preparation. */
export function shaHasher(algorithm: 'SHA1' | 'SHA256'): ChecksumHasher {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
}

function crc32Hasher(): ChecksumHasher {
  let value = 0;
  return {
    update: (chunk) => void (value = crc32(chunk, value)),
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function wasmHasher(hasher: Awaited<ReturnType<typeof createCRC32>>): ChecksumHasher {
  hasher.init();
  return {
    update: (chunk) => void hasher.update(chunk),
    digest: () => Buffer.from(hasher.digest('binary')).toString('base64'),
  };
}
