import type { Checksum } from '@anybucket/core';
import { maxPartSize, maxParts } from '@anybucket/core/backend';
import type { StoredPart } from '@anybucket/core/backend';
import { decodeChecksum, encodeChecksum } from '../records/checksum-text.js';
import { isTimestamp, parseObject } from '../records/record-line.js';

/** A part, as described by the trailer of its file. */
export interface PartInfo extends StoredPart {
  readonly partNumber: number;
  /** When the part was stored, in seconds since 1970. */
  readonly modified: number;
  readonly checksum: Checksum | undefined;
  /** The modification time of the file in microseconds. With another one, the file has been copied or changed by hand. */
  readonly mtimeUs: number;
}

/** The length of a trailer in bytes. It follows the body of the part. */
export const trailerBytes = 512;

/** The version of the format. */
const partVersion = 1;

/** Serializes a trailer. */
export function encodeTrailer({ partNumber, etag, size, modified, checksum, mtimeUs }: PartInfo): Buffer {
  const fields = {
    anybucket: partVersion,
    part: partNumber,
    etag,
    size,
    modified,
    mtime: mtimeUs,
    checksum: checksum && encodeChecksum(checksum),
  };
  return Buffer.from(`\n${JSON.stringify(fields)}`.padEnd(trailerBytes - 1) + '\n');
}

/**
 * Parses a trailer.
 * @param file The part number by the name of the file, and its size in bytes without the trailer.
 * @returns Undefined unless every field is one that this backend might have written.
 */
export function decodeTrailer(text: string, file: Pick<PartInfo, 'partNumber' | 'size'>): PartInfo | undefined {
  const fields = parseObject(text);
  if (fields === undefined) return undefined;
  const { anybucket, part, etag, size, modified, mtime, checksum } = fields;
  if (anybucket !== partVersion || part !== file.partNumber || size !== file.size || file.size > maxPartSize) return undefined;
  if (typeof etag !== 'string' || !/^[0-9a-f]{32}$/.test(etag)) return undefined;
  if (!isTimestamp(modified) || modified < 0 || !Number.isSafeInteger(mtime)) return undefined;
  try {
    const decoded = checksum === undefined ? undefined : decodeChecksum(checksum);
    return { ...file, etag, modified, checksum: decoded, mtimeUs: Number(mtime) };
  } catch {
    return undefined;
  }
}

/** Returns the part number that a file name is, or undefined for another name. */
export function parsePartName(name: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(name) && Number(name) <= maxParts ? Number(name) : undefined;
}
