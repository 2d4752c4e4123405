import type { RangeRequest } from '@anybucket/core';
import { toIsoDate } from '../protocol/dates.js';
import { checksumElement } from '../protocol/checksums.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { textElement } from '../protocol/xml-writer.js';
import { requestedSource } from './copy-object.js';
import { resolveSourceConditions, sourceVersionHeaders } from './copy-source.js';
import { checkVersionId } from './object-version.js';
import type { Operation } from './operation.js';
import { requestedPartNumber, requestedUpload } from './requested-upload.js';

export const uploadPartCopy: Operation = {
  name: 'UploadPartCopy',
  access: 'write',
  async handle(context) {
    const { service, request, signal } = context;
    const source = requestedSource(context);
    const partNumber = requestedPartNumber(context);
    const range = readRange(request.headers);
    const upload = requestedUpload(context);
    const sourceVersionId = checkVersionId(source.versionId, context);
    const from = service.datastore.bucket(source.bucket);
    const conditions = await resolveSourceConditions(from, source.key, sourceVersionId, context);
    const options = { ...conditions, bucket: source.bucket, range, sourceVersionId, signal };
    const { etag, lastModified, checksum } = await upload.copyPart(partNumber, source.key, options);
    const response = xmlResponse(
      'CopyPartResult',
      textElement('LastModified', toIsoDate(lastModified)) + textElement('ETag', `"${etag}"`) + checksumElement(checksum),
    );
    return { ...response, headers: [...response.headers, ...sourceVersionHeaders(source)] };
  },
};

/** Reads `x-amz-copy-source-range`, which has both ends. @throws `InvalidArgument` */
function readRange(headers: RequestHeaders): RangeRequest | undefined {
  const text = headers.get('x-amz-copy-source-range');
  if (text === undefined) return undefined;
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw new S3Error('InvalidArgument', {
      message:
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    });
  }
  return { start: Number(first), end: Number(last) + 1 };
}
