import type { ChecksumRequest, PutOptions, PutResult } from '@anybucket/core';
import { maxPartSize } from '@anybucket/core/backend';
import { readAttributes } from '../protocol/object-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { versionHeaders } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { requestChecksum, storedChecksumHeaders, toMismatch } from './payload-checksum.js';
import { checkWriteHeaders, readTags, readWriteConditions } from './put-options.js';

/** Larger payloads are streamed to the datastore. */
const maxBufferedBytes = 256 * 1024;

export const putObject: Operation = {
  name: 'PutObject',
  access: 'write',
  async handle(context) {
    const checksum = requestChecksum(context);
    const result = await put(context, checksum.option).catch((error: unknown) => {
      throw toMismatch(error);
    });
    const checksumHeaders = storedChecksumHeaders(checksum, result.checksum, context);
    return emptyResponse(200, ['ETag', `"${result.etag}"`, ...versionHeaders(result.versionId), ...checksumHeaders]);
  },
};

async function put(context: OperationContext, checksum: ChecksumRequest | undefined): Promise<PutResult> {
  const { bucket, request, body } = context;
  const { headers, key } = request;
  checkWriteHeaders(headers);
  const { size } = body;
  if (size === undefined) throw new S3Error('MissingContentLength');
  if (size > maxPartSize) throw new S3Error('EntityTooLarge');
  // The ETag of a PutObject is the MD5 of the whole body.
  const options = {
    ...readAttributes(headers),
    ...readWriteConditions(headers),
    tags: readTags(headers),
    partSize: maxPartSize,
    checksum,
  };
  if (size <= maxBufferedBytes) return bucket.put(key, await body.bytes(size), options);
  const streamed: PutOptions = { ...options, signal: context.signal };
  return bucket.put(key, body.chunks(), size, streamed);
}
