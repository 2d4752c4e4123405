import type { Checksum } from '@anybucket/core';
import { checkChecksum, maxParts, toChecksum } from '@anybucket/core/backend';

/** The algorithm, the value in base64, and the number of parts of a composite checksum. */
const pattern = /^([0-9A-Z]+) ([0-9A-Za-z+/=]+)(?:-(\d{1,5}))?$/;

/** Serializes a checksum: `CRC32 DUoRhQ==`. */
export function encodeChecksum({ algorithm, value }: Checksum): string {
  return `${algorithm} ${value}`;
}

/** Parses the result of {@link encodeChecksum}. @throws `TypeError` or `StorageError` for anything else. */
export function decodeChecksum(text: unknown): Checksum {
  const [, algorithm, value, parts] = pattern.exec(String(text)) ?? [];
  if (parts !== undefined && (Number(parts) < 1 || Number(parts) > maxParts)) throw new TypeError('invalid number of parts');
  const { algorithm: known } = checkChecksum({ algorithm, value: value ?? '' });
  return toChecksum(known, parts === undefined ? `${value}` : `${value}-${parts}`);
}
