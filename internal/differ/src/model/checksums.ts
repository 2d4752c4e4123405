import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isPlainObject } from '../calls/call.js';

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** A checksum as backends return it. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'full-object' | 'composite';
}

const sizes: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** Returns the error codes of an invalid option `checksum`. */
export function checksumErrors(checksum: unknown): string[] {
  if (checksum === undefined) return [];
  if (!isPlainObject(checksum)) return ['InvalidArgument'];
  const { algorithm, value } = checksum;
  if (Object.keys(checksum).some((name) => !['algorithm', 'value'].includes(name))) return ['InvalidArgument'];
  if (!isAlgorithm(algorithm)) return ['InvalidArgument'];
  if (value === undefined) return [];
  if (typeof value !== 'string') return ['InvalidArgument'];
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === sizes[algorithm] && bytes.toString('base64') === value ? [] : ['InvalidRequest'];
}

/** Returns the algorithm of a valid option `checksum`. */
export function algorithmOf(checksum: unknown): ChecksumAlgorithm | undefined {
  return isPlainObject(checksum) && isAlgorithm(checksum['algorithm']) ? checksum['algorithm'] : undefined;
}

/** Returns the checksum of bytes. */
export function fullChecksum(algorithm: ChecksumAlgorithm, bytes: Buffer): Checksum {
  return { algorithm, value: digest(algorithm, bytes).toString('base64'), type: 'full-object' };
}

/** Returns the checksum of an object that a `put` stores in parts: SHA1 and SHA256 are composite. */
export function putChecksum(algorithm: ChecksumAlgorithm, bytes: Buffer, partSize: number): Checksum {
  if (bytes.length <= partSize || algorithm.startsWith('CRC')) return fullChecksum(algorithm, bytes);
  const parts = Array.from({ length: Math.ceil(bytes.length / partSize) }, (_, index) =>
    bytes.subarray(index * partSize, (index + 1) * partSize),
  );
  return compositeChecksum(algorithm, parts);
}

/** Returns the checksum of an object that was uploaded in parts: all are composite but CRC64NVME. */
export function uploadChecksum(algorithm: ChecksumAlgorithm, parts: readonly Buffer[]): Checksum {
  return algorithm === 'CRC64NVME' ? fullChecksum(algorithm, Buffer.concat(parts)) : compositeChecksum(algorithm, parts);
}

function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly Buffer[]): Checksum {
  const value = digest(algorithm, Buffer.concat(parts.map((part) => digest(algorithm, part)))).toString('base64');
  return { algorithm, value: `${value}-${parts.length}`, type: 'composite' };
}

function digest(algorithm: ChecksumAlgorithm, bytes: Buffer): Buffer {
  switch (algorithm) {
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm).update(bytes).digest();
    case 'CRC32': {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(crc32(bytes));
      return result;
    }
    case 'CRC32C':
      return crc(0x82f63b78n, 32, bytes);
    case 'CRC64NVME':
      return crc(0x9a6c9329ac4bc9b5n, 64, bytes);
  }
}

/** Returns a reflected CRC with all ones as its initial value and final XOR, computed in two halves of 32 bits. */
function crc(polynomial: bigint, bits: 32 | 64, bytes: Buffer): Buffer {
  const { high: highs, low: lows } = tableOf(polynomial);
  let high = bits === 64 ? 0xffffffff : 0;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
    high = (high >>> 8) ^ (highs[index] ?? 0);
  }
  const result = Buffer.alloc(8);
  result.writeUInt32BE(~high >>> 0, 0);
  result.writeUInt32BE(~low >>> 0, 4);
  return bits === 64 ? result : result.subarray(4);
}

const tables = new Map<bigint, { readonly high: Uint32Array; readonly low: Uint32Array }>();

function tableOf(polynomial: bigint): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const known = tables.get(polynomial);
  if (known !== undefined) return known;
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    table.high[byte] = Number(value >> 32n);
    table.low[byte] = Number(value & 0xffffffffn);
  }
  tables.set(polynomial, table);
  return table;
}

function isAlgorithm(value: unknown): value is ChecksumAlgorithm {
  return typeof value === 'string' && Object.hasOwn(sizes, value);
}
