import type { Tags } from '@anybucket/core';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { parseTaggingHeader } from '../protocol/tagging.js';

const storageClasses = new Set(['STANDARD', 'REDUCED_REDUNDANCY']);

/**
 * Refuses the headers of a write that imply functions of S3 that a datastore does not have.
 *
 * @throws `InvalidStorageClass`, `InvalidRequest` for object lock, `NotImplemented` for encryption.
 */
export function checkWriteHeaders(headers: RequestHeaders): void {
  for (const name of headers.keys()) {
    if (!name.startsWith('x-amz-')) continue;
    if (name === 'x-amz-storage-class' && !storageClasses.has(headers.get(name) ?? '')) throw new S3Error('InvalidStorageClass');
    if (name.startsWith('x-amz-object-lock-'))
      throw new S3Error('InvalidRequest', { message: 'Bucket is missing ObjectLockConfiguration' });
    if (name.startsWith('x-amz-server-side-encryption')) {
      throw new S3Error('NotImplemented', { message: 'Server side encryption specified but KMS is not configured' });
    }
    if (name === 'x-amz-write-offset-bytes') throw new S3Error('NotImplemented');
  }
}

/** Reads the tags of a write. */
export function readTags(headers: RequestHeaders): Tags | undefined {
  const header = headers.get('x-amz-tagging');
  return header === undefined || header === '' ? undefined : parseTaggingHeader(header);
}

/** Reads the conditions of a write. Empty headers are no conditions. */
export function readWriteConditions(headers: RequestHeaders): { ifMatch: string | undefined; ifNoneMatch: string | undefined } {
  return { ifMatch: nonEmpty(headers.get('if-match')), ifNoneMatch: nonEmpty(headers.get('if-none-match')) };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
