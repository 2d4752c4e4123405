import type { CopyOptions, CopyResult } from '@anybucket/core';
import { mayUseBucket } from '../auth/credentials.js';
import { checksumHeaders } from '../protocol/checksums.js';
import { toIsoDate } from '../protocol/dates.js';
import { readAttributes } from '../protocol/object-headers.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { textElement } from '../protocol/xml-writer.js';
import { checkSourceVersionId, parseCopySource, resolveSourceConditions } from './copy-source.js';
import type { CopySource } from './copy-source.js';
import { versionHeaders } from './object-version.js';
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
    const sourceVersion = source.versionId === undefined ? [] : ['x-amz-copy-source-version-id', source.versionId];
    const headers = ['ETag', `"${etag}"`, ...versionHeaders(versionId), ...sourceVersion, ...checksumHeaders(checksum)];
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
  const sourceVersionId = checkSourceVersionId(source, context);
  const isOntoItself = source.bucket === request.bucket && source.key === request.key;
  if (isOntoItself && sourceVersionId === undefined && Object.keys(replaced).length === 0)
    throw new S3Error('InvalidRequest', { message: copyOntoItself });
  const from = service.datastore.bucket(source.bucket);
  const sourceConditions = await resolveSourceConditions(from, source.key, sourceVersionId, context);
  // As on MinIO, a backend that cannot evaluate conditions on the target ignores them.
  const conditions = service.datastore.capabilities.conditionalCopy ? readWriteConditions(headers) : {};
  return from.fcopyTo(request.bucket, request.key, source.key, {
    ...replaced,
    ...sourceConditions,
    ...conditions,
    sourceVersionId,
    signal,
  });
}

function replacedAttributes(headers: RequestHeaders): CopyOptions {
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') throw new S3Error('InvalidArgument', { message: 'Unknown metadata directive.' });
  return directive === 'COPY' ? {} : readAttributes(headers);
}

function replacedTags(headers: RequestHeaders): CopyOptions {
  const directive = headers.get('x-amz-tagging-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') throw new S3Error('InvalidArgument', { message: 'Unknown tag directive.' });
  return directive === 'COPY' ? {} : { tags: readTags(headers) ?? {} };
}
