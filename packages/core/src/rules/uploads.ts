import type { CompletedPart } from '../api/uploads.js';
import { StorageError } from '../api/errors.js';
import { minPartSize } from './etags.js';

/** A part as stored. */
export interface StoredPart {
  readonly etag: string;
  /** Size in bytes. */
  readonly size: number;
}

/**
 * Selects the parts of an object, in their order.
 *
 * @param stored the parts of the upload by number.
 * @param requested the parts to be joined, ordered by number.
 * @throws `InvalidPart` if a part is missing or has another ETag, `EntityTooSmall` if a part but the last is smaller than 5 MiB. As on
 *   MinIO, all parts are looked up before any size is checked.
 */
export function selectParts<Part extends StoredPart>(
  stored: { get(partNumber: number): Part | undefined },
  requested: readonly CompletedPart[],
): Part[] {
  const parts = requested.map(({ partNumber, etag }) => {
    const part = stored.get(partNumber);
    if (part === undefined || part.etag !== etag)
      throw new StorageError({ code: 'InvalidPart', message: `part ${partNumber} does not exist, or has another ETag` });
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
