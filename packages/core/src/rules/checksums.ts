import type { ChecksumAlgorithm } from '../api/object-info.js';
import type { ChecksumRequest } from '../api/options.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import { isPlainObject } from './is-plain-object.js';

/** The size of a checksum in bytes. */
export const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

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

function isAlgorithm(value: unknown): value is ChecksumAlgorithm {
  return typeof value === 'string' && Object.hasOwn(checksumBytes, value);
}
