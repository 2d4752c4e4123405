import { createHash } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../api/object-info.js';
import type { ChecksumRequest, UploadChecksum } from '../api/options.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import { isPlainObject } from './is-plain-object.js';

/** The size of a checksum in bytes. */
export const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** The checksum of a part. */
export interface PartChecksum {
  /** The checksum of the part in base64. */
  readonly value: string;
  /** Size in bytes. */
  readonly size: number;
}

type CrcAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME';

/** The reversed polynomials. */
const polynomials: Readonly<Record<CrcAlgorithm, bigint>> = {
  CRC32: 0xedb88320n,
  CRC32C: 0x82f63b78n,
  CRC64NVME: 0x9a6c9329ac4bc9b5n,
};

/**
 * Validates the option `checksum`.
 * @throws `InvalidArgument` for an unknown algorithm, `InvalidRequest` if the value is not a checksum of the algorithm in base64.
 */
export function checkChecksum(value: unknown): ChecksumRequest {
  if (!isPlainObject(value)) throw invalidArgument(`\`checksum\` must be a plain object with \`algorithm\`, not ${describeValue(value)}`);
  const { algorithm, value: expected, ...unknown } = value;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined)
    throw invalidArgument(`unknown field ${describeValue(extra)} of \`checksum\`; expected \`algorithm\` or \`value\``);
  if (!isAlgorithm(algorithm))
    throw invalidArgument(
      `\`checksum.algorithm\` must be one of ${Object.keys(checksumBytes).join(', ')}, not ${describeValue(algorithm)}`,
    );
  if (expected === undefined) return { algorithm };
  if (typeof expected !== 'string') throw invalidArgument(`\`checksum.value\` must be a string, not ${describeValue(expected)}`);
  const bytes = Buffer.from(expected, 'base64');
  if (bytes.length !== checksumBytes[algorithm] || bytes.toString('base64') !== expected)
    throw new StorageError({
      code: 'InvalidRequest',
      message: `\`checksum.value\` must be ${checksumBytes[algorithm]} bytes in base64, not ${describeValue(expected)}`,
    });
  return { algorithm, value: expected };
}

/** Validates the option `checksum` of a copy. @throws `InvalidArgument` for an unknown algorithm or another field. */
export function checkChecksumAlgorithm(value: unknown): ChecksumAlgorithm {
  const { algorithm, value: expected } = checkChecksum(value);
  if (expected !== undefined) throw invalidArgument('`checksum.value` is not supported by a copy');
  return algorithm;
}

/** Returns a checksum from its value in base64, whose suffix `-N` marks a composite one. */
export function toChecksum(algorithm: ChecksumAlgorithm, value: string): Checksum {
  return { algorithm, value, type: value.includes('-') ? 'composite' : 'full-object' };
}

/** Returns the type of the checksum of an uploaded object that S3 uses if none is requested. */
export function defaultChecksumType(algorithm: ChecksumAlgorithm): Checksum['type'] {
  return algorithm === 'CRC64NVME' ? 'full-object' : 'composite';
}

/**
 * Validates the option `checksum` of `createUpload`.
 * @throws `InvalidArgument` for an unknown algorithm or type, or a type that S3 does not have for the algorithm.
 */
export function checkUploadChecksum(value: unknown): UploadChecksum {
  if (!isPlainObject(value)) throw invalidArgument(`\`checksum\` must be a plain object with \`algorithm\`, not ${describeValue(value)}`);
  const { type, ...rest } = value;
  const { algorithm } = checkChecksum({ ...rest, value: undefined });
  if (type === undefined) return { algorithm };
  const types = algorithm === 'CRC32' || algorithm === 'CRC32C' ? ['full-object', 'composite'] : [defaultChecksumType(algorithm)];
  if (!types.includes(type as string))
    throw invalidArgument(`\`checksum.type\` must be ${types.join(' or ')} with ${algorithm}, not ${describeValue(type)}`);
  return { algorithm, type: type as Checksum['type'] };
}

/** Returns the checksum of an object from those of its parts. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  parts: readonly PartChecksum[],
  type: Checksum['type'] = defaultChecksumType(algorithm),
): Checksum {
  const value =
    type === 'full-object' && isCrc(algorithm)
      ? combineChecksums(algorithm, parts)
      : compositeChecksum(
          algorithm,
          parts.map((part) => part.value),
        );
  return toChecksum(algorithm, value);
}

/** Returns the checksum of the checksums of parts in base64, followed by `-` and their number. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  const value = isCrc(algorithm) ? crcOf(algorithm, bytes) : createHash(algorithm).update(bytes).digest('base64');
  return `${value}-${parts.length}`;
}

/** Returns the checksum of a body in base64 from those of its parts, without reading it. The other algorithms have no such function. */
export function combineChecksums(algorithm: CrcAlgorithm, parts: readonly PartChecksum[]): string {
  // The checksum of an empty body is zero.
  let combined = 0n;
  // All parts but the last usually have the same size.
  const shifts = new Map<number, bigint>();
  for (const { value, size } of parts) {
    const shift = shifts.get(size) ?? shiftBy(algorithm, size);
    shifts.set(size, shift);
    combined = multiply(algorithm, combined, shift) ^ toBigInt(value);
  }
  return toBase64(algorithm, combined);
}

function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcAlgorithm {
  return Object.hasOwn(polynomials, algorithm);
}

/** Returns a CRC in base64. Meant for the checksums of at most 10,000 parts: it is too slow for bodies. */
function crcOf(algorithm: CrcAlgorithm, bytes: Uint8Array): string {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = timesX(algorithm, value);
    return value;
  });
  const ones = (1n << BigInt(bitsOf(algorithm))) - 1n;
  let value = ones;
  for (const byte of bytes) value = (value >> 8n) ^ (table[Number(value & 0xffn) ^ byte] ?? 0n);
  return toBase64(algorithm, value ^ ones);
}

/** Returns the polynomial that `size` bytes after a body multiply its CRC with. Polynomials are reversed: the highest bit is x^0. */
function shiftBy(algorithm: CrcAlgorithm, size: number): bigint {
  const highest = BigInt(bitsOf(algorithm) - 1);
  let result = 1n << highest;
  let power = 1n << (highest - 8n);
  for (let rest = BigInt(size); rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = multiply(algorithm, result, power);
    power = multiply(algorithm, power, power);
  }
  return result;
}

/** Multiplies two reversed polynomials, modulo that of the algorithm. */
function multiply(algorithm: CrcAlgorithm, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = 1n << BigInt(bitsOf(algorithm) - 1); bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= factor;
    factor = timesX(algorithm, factor);
  }
  return product;
}

/** Multiplies a reversed polynomial by x. */
function timesX(algorithm: CrcAlgorithm, value: bigint): bigint {
  return (value & 1n) === 0n ? value >> 1n : (value >> 1n) ^ polynomials[algorithm];
}

function bitsOf(algorithm: CrcAlgorithm): number {
  return checksumBytes[algorithm] * 8;
}

function toBigInt(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64').toString('hex')}`);
}

function toBase64(algorithm: CrcAlgorithm, value: bigint): string {
  return Buffer.from(value.toString(16).padStart(checksumBytes[algorithm] * 2, '0'), 'hex').toString('base64');
}

function isAlgorithm(value: unknown): value is ChecksumAlgorithm {
  return typeof value === 'string' && Object.hasOwn(checksumBytes, value);
}
