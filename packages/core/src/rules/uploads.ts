import type { Checksum } from '../api/object-info.js';
import type { ChecksumRequest, RangeRequest } from '../api/options.js';
import type { ResolvedRange } from '../api/results.js';
import type { CompletedPart } from '../api/uploads.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { minPartSize } from './etags.js';
import { resolveRange } from './ranges.js';

/** A part as stored. */
export interface StoredPart {
  readonly etag: string;
  /** Size in bytes. */
  readonly size: number;
  readonly checksum?: Checksum | undefined;
}

/**
 * Selects the parts of an object, in their order.
 *
 * @param stored the parts of the upload by number.
 * @param requested the parts to be joined, ordered by number.
 * @throws `InvalidPart` if a part is missing or has another ETag or checksum, `EntityTooSmall` if a part but the last is smaller than
 *   5 MiB. As on MinIO, all parts are looked up before any size is checked.
 */
export function selectParts<Part extends StoredPart>(
  stored: { get(partNumber: number): Part | undefined },
  requested: readonly CompletedPart[],
): Part[] {
  const parts = requested.map(({ partNumber, etag, checksum }) => {
    const part = stored.get(partNumber);
    if (part === undefined || part.etag !== etag || (checksum !== undefined && checksum.value !== part.checksum?.value))
      throw new StorageError({ code: 'InvalidPart', message: `part ${partNumber} does not exist, or has another ETag or checksum` });
    return part;
  });
  for (const [index, { size }] of parts.slice(0, -1).entries()) {
    if (size < minPartSize)
      throw new StorageError({
        code: 'EntityTooSmall',
        message: `part ${requested[index]?.partNumber} has ${size} bytes; all parts but the last need at least ${minPartSize}`,
      });
  }
  return parts;
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly partNumber: number;
  /** Size in bytes. */
  readonly size: number;
}

/** Returns the parts of a body that `put` stored: of `partSize` bytes each, except for the last. Undefined if it is one part. */
export function partsOfSize(size: number, partSize: number): ObjectPart[] | undefined {
  if (size <= partSize) return undefined;
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    partNumber: index + 1,
    size: Math.min(partSize, size - index * partSize),
  }));
}

/**
 * Returns the range of a part within an object.
 *
 * @param parts the parts of the object, ordered by number. Undefined if it was not uploaded in parts: it then has one part.
 * @param size the size of the object in bytes.
 * @throws `InvalidRange` if the object has no such part.
 */
export function partRange(parts: readonly ObjectPart[] | undefined, partNumber: number, size: number): ResolvedRange {
  let start = 0;
  for (const part of parts ?? [{ partNumber: 1, size }]) {
    if (part.partNumber === partNumber) return { start, end: start + part.size, size };
    start += part.size;
  }
  throw new StorageError({ code: 'InvalidRange', message: `the object has no part ${partNumber}` });
}

/**
 * Resolves the range of a copied part against the size of its source in bytes.
 *
 * @throws `InvalidRange` if the range begins after the source, `InvalidArgument` if it ends after it.
 */
export function resolveCopyRange(range: RangeRequest | undefined, size: number): ResolvedRange {
  if (range === undefined) return { start: 0, end: size, size };
  const resolved = resolveRange(range, size);
  if ('start' in range && range.end !== undefined && range.end > size)
    throw invalidArgument(`Range specified is not valid for source object of size: ${size}`);
  return resolved;
}

/**
 * Checks that a part has the checksum of its upload. A copied part has none.
 *
 * @throws `InvalidArgument` if the upload has another algorithm than the part.
 */
export function checkPartChecksum(upload: ChecksumRequest | undefined, part: ChecksumRequest | undefined): void {
  if (upload !== undefined && upload.algorithm !== part?.algorithm)
    throw invalidArgument(
      `a part of this upload needs a checksum with the algorithm ${upload.algorithm}, not ${part?.algorithm ?? 'none'}`,
    );
}
