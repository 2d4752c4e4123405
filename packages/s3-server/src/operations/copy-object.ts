import type { Bucket, CopyOptions, CopyResult } from '@anybucket/core';
import { mayUseBucket } from '../auth/credentials.js';
import { checksumHeaders, findAlgorithm } from '../protocol/checksums.js';
import { toIsoDate } from '../protocol/dates.js';
import { readAttributes } from '../protocol/object-headers.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { textElement } from '../protocol/xml-writer.js';
import { parseCopySource, resolveSourceConditions, sourceVersionHeaders } from './copy-source.js';
import type { CopySource } from './copy-source.js';
import { checkVersionId, versionHeaders } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { checkWriteHeaders, readTags, readWriteConditions } from './put-options.js';

const copyOntoItself =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";

export const copyObject: Operation = {
  name: 'CopyObject',
  access: 'write',
  async handle(context) {
    const source = requestedSource(context);
    const { etag, lastModified, versionId, checksum } = await copy(context, source);
    const elements = textElement('LastModified', toIsoDate(lastModified)) + textElement('ETag', `"${etag}"`);
    const response = xmlResponse('CopyObjectResult', elements);
    const headers = ['ETag', `"${etag}"`, ...versionHeaders(versionId), ...sourceVersionHeaders(source), ...checksumHeaders(checksum)];
    return { ...response, headers: [...response.headers, ...headers] };
  },
};

/** Returns the source of a copy. @throws `AccessDenied` if the client may not read its bucket. */
export function requestedSource({ service, request, credentials }: OperationContext): CopySource {
  const source = parseCopySource(request.headers.get('x-amz-copy-source') ?? '', service.anyKeys);
  if (credentials !== undefined && !mayUseBucket(credentials, source.bucket)) throw new S3Error('AccessDenied');
  return source;
}

async function copy(context: OperationContext, source: CopySource): Promise<CopyResult> {
  const { service, request, signal } = context;
  const { headers } = request;
  checkWriteHeaders(headers);
  const replaced = { ...replacedAttributes(headers), ...replacedTags(headers) };
  const sourceVersionId = checkVersionId(source.versionId, context);
  const isOntoItself = source.bucket === request.bucket && source.key === request.key;
  if (isOntoItself && sourceVersionId === undefined && Object.keys(replaced).length === 0)
    throw new S3Error('InvalidRequest', { message: copyOntoItself });
  const from = service.datastore.bucket(source.bucket);
  const sourceConditions = await resolveSourceConditions(from, source.key, sourceVersionId, context);
  // As on MinIO, a backend that cannot evaluate conditions on the target ignores them.
  const conditions = service.datastore.capabilities.conditionalCopy ? readWriteConditions(headers) : {};
  const checksum = await checksumOfCopy(context, from, source.key, sourceVersionId);
  return from.fcopyTo(request.bucket, request.key, source.key, {
    checksum,
    ...replaced,
    ...sourceConditions,
    ...conditions,
    sourceVersionId,
    signal,
  });
}

/** Returns the checksum that the copy is to have. As on S3, a copy of an object without a checksum gets a CRC64NVME. */
async function checksumOfCopy(
  { service, request, signal }: OperationContext,
  from: Bucket,
  key: string,
  versionId: string | undefined,
): Promise<CopyOptions['checksum']> {
  const { checksums, copiesKeepChecksums } = service.datastore.capabilities;
  if (!checksums) return undefined;
  const algorithm = findAlgorithm(request.headers.get('x-amz-checksum-algorithm') ?? '');
  if (algorithm !== undefined) return { algorithm };
  if (!copiesKeepChecksums) return undefined;
  try {
    const { checksum } = await from.stat(key, { versionId, signal });
    return checksum === undefined ? { algorithm: 'CRC64NVME' } : undefined;
  } catch {
    // The copy fails as well, and knows which error takes precedence.
    return undefined;
  }
}

function replacedAttributes(headers: RequestHeaders): CopyOptions {
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') throw new S3Error('InvalidArgument', { message: 'Unknown metadata directive.' });
  return directive === 'COPY' ? {} : readAttributes(headers);
}

function replacedTags(headers: RequestHeaders): CopyOptions {
  const directive = headers.get('x-amz-tagging-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') throw new S3Error('InvalidArgument', { message: 'Unknown tagging directive.' });
  return directive === 'COPY' ? {} : { tags: readTags(headers) ?? {} };
}
