import type { UploadChecksum } from '@anybucket/core';
import { defaultChecksumType } from '@anybucket/core/backend';
import { invalidChecksum, readChecksumAlgorithm, readChecksumType } from '../protocol/checksums.js';
import { readAttributes } from '../protocol/object-headers.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { textElement } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { checkWriteHeaders, readTags } from './put-options.js';

export const createMultipartUpload: Operation = {
  name: 'CreateMultipartUpload',
  access: 'write',
  async handle({ service, bucket, request, signal }) {
    const { headers, key } = request;
    checkWriteHeaders(headers);
    const requested = readUploadChecksum(headers);
    const checksum = service.datastore.capabilities.checksums ? requested : undefined;
    const { id } = await bucket.createUpload(key, { ...readAttributes(headers), tags: readTags(headers), checksum, signal });
    const elements = textElement('Bucket', request.bucket) + textElement('Key', key) + textElement('UploadId', id);
    const response = xmlResponse('InitiateMultipartUploadResult', elements);
    return { ...response, headers: [...response.headers, ...algorithmHeaders(checksum)] };
  },
};

/** Reads algorithm and type of the checksums of an upload. @throws `InvalidArgument` for an unknown algorithm, or a type without one. */
function readUploadChecksum(headers: RequestHeaders): UploadChecksum | undefined {
  const algorithm = readChecksumAlgorithm(headers);
  const type = readChecksumType(headers);
  if (algorithm === undefined) {
    if (type !== undefined) throw invalidChecksum();
    return undefined;
  }
  // As on MinIO, a composite CRC64NVME, which does not exist, is one of the whole object.
  if (type === undefined || algorithm === 'CRC64NVME') return { algorithm };
  if (type === 'full-object' && (algorithm === 'SHA1' || algorithm === 'SHA256')) throw invalidChecksum();
  return { algorithm, type };
}

function algorithmHeaders(checksum: UploadChecksum | undefined): readonly string[] {
  if (checksum === undefined) return [];
  const { algorithm, type = defaultChecksumType(algorithm) } = checksum;
  return ['x-amz-checksum-algorithm', algorithm, 'x-amz-checksum-type', type === 'composite' ? 'COMPOSITE' : 'FULL_OBJECT'];
}
