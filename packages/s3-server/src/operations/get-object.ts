import { isStorageError } from '@anybucket/core';
import type { StoredObject } from '@anybucket/core';
import { borrowChunks } from '@anybucket/core/backend';
import { objectHeaders } from '../protocol/object-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import type { S3Response } from '../protocol/s3-response.js';
import { requestedVersion } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { checkReadConditions } from './read-conditions.js';
import { requestedPart } from './requested-part.js';
import { parseRange, rangeError } from './requested-range.js';
import { rangeHeaders, requestedChecksumHeaders } from './read-headers.js';
import { applyOverrides } from './response-overrides.js';

/** Bodies up to this size are sent at once, with their headers. */
const maxBufferedBytes = 256 * 1024;

export const getObject: Operation = {
  name: 'GetObject',
  access: 'read',
  async handle(context) {
    const object = await open(context);
    try {
      return await respond(context, object);
    } catch (error) {
      await object.cancel();
      throw error;
    }
  },
};

async function open(context: OperationContext): Promise<StoredObject> {
  const { bucket, request, signal } = context;
  const versionId = requestedVersion(context);
  const partNumber = requestedPart(request);
  const range = parseRange(request.headers.get('range'));
  try {
    return await bucket.get(request.key, { range, partNumber, versionId, signal });
  } catch (error) {
    if (!isStorageError(error, 'InvalidRange')) throw error;
    const info = await bucket.stat(request.key, { versionId });
    // A failed condition takes precedence.
    checkReadConditions(request.headers, info);
    if (partNumber !== undefined) throw new S3Error('InvalidPartNumber');
    throw rangeError(request.headers.get('range') ?? '', info.size);
  }
}

async function respond({ request }: OperationContext, object: StoredObject): Promise<S3Response> {
  const { info, range } = object;
  checkReadConditions(request.headers, info);
  const length = range === undefined ? info.size : range.end - range.start;
  const headers = objectHeaders(info);
  headers.push('Content-Length', String(length));
  if (range === undefined) headers.push(...requestedChecksumHeaders(request, info));
  else headers.push(...rangeHeaders(request, info, range));
  applyOverrides(headers, request.query);
  const body = length <= maxBufferedBytes ? await object.bytes() : { stream: () => borrowChunks(object), cancel: () => object.cancel() };
  return { status: range === undefined ? 200 : 206, headers, body };
}
