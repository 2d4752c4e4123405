import type { ChecksumRequest, UploadedPart } from '@anybucket/core';
import { maxPartSize } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import type { Operation, OperationContext } from './operation.js';
import { requestChecksum, storedChecksumHeaders, toMismatch } from './payload-checksum.js';
import { requestedPartNumber, requestedUpload } from './requested-upload.js';

/** Larger payloads are streamed to the datastore. */
const maxBufferedBytes = 256 * 1024;

export const uploadPart: Operation = {
  name: 'UploadPart',
  access: 'write',
  async handle(context) {
    const checksum = requestChecksum(context);
    const part = await putPart(context, checksum.option).catch((error: unknown) => {
      throw toMismatch(error);
    });
    return emptyResponse(200, ['ETag', `"${part.etag}"`, ...partHeaders(storedChecksumHeaders(checksum, part.checksum, context))]);
  },
};

async function putPart(context: OperationContext, checksum: ChecksumRequest | undefined): Promise<UploadedPart> {
  const { body, signal } = context;
  const partNumber = requestedPartNumber(context);
  const upload = requestedUpload(context);
  const { size } = body;
  if (size === undefined) throw new S3Error('MissingContentLength');
  if (size > maxPartSize) throw new S3Error('EntityTooLarge');
  if (size <= maxBufferedBytes) return upload.putPart(partNumber, await body.bytes(size), { checksum });
  return upload.putPart(partNumber, body.chunks(), { size, checksum, signal });
}

/** The checksum of a part has no type. */
function partHeaders(headers: readonly string[]): readonly string[] {
  return headers.slice(0, 2);
}
