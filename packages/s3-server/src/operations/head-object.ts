import { isStorageError } from '@anybucket/core';
import type { ObjectInfo, ResolvedRange } from '@anybucket/core';
import { resolveRange } from '@anybucket/core/backend';
import { objectHeaders } from '../protocol/object-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { requestedVersion } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { checkReadConditions } from './read-conditions.js';
import { rangeHeaders, requestedChecksumHeaders } from './read-headers.js';
import { requestedPart } from './requested-part.js';
import { parseRange } from './requested-range.js';
import { applyOverrides } from './response-overrides.js';

export const headObject: Operation = {
  name: 'HeadObject',
  access: 'read',
  async handle(context) {
    const { bucket, request } = context;
    const versionId = requestedVersion(context);
    const partNumber = requestedPart(request);
    const info = await bucket.stat(request.key, versionId === undefined ? undefined : { versionId });
    checkReadConditions(request.headers, info);
    const requested = parseRange(request.headers.get('range'));
    const range =
      partNumber !== undefined
        ? await rangeOfPart(context, partNumber, info)
        : requested === undefined
          ? undefined
          : resolveRange(requested, info.size);
    const headers = objectHeaders(info);
    headers.push('Content-Length', String(range === undefined ? info.size : range.end - range.start));
    if (range === undefined) headers.push(...requestedChecksumHeaders(request, info));
    else headers.push(...rangeHeaders(request, info, range));
    applyOverrides(headers, request.query);
    return { status: range === undefined ? 200 : 206, headers };
  },
};

/** Returns the range of a part, which only reading it gives. @throws `InvalidPartNumber` if there is no such part. */
async function rangeOfPart(
  { bucket, request }: OperationContext,
  partNumber: number,
  { etag, versionId }: ObjectInfo,
): Promise<ResolvedRange | undefined> {
  try {
    const object = await bucket.get(request.key, { partNumber, versionId, ifMatch: etag });
    await object.cancel();
    return object.range;
  } catch (error) {
    if (isStorageError(error, 'InvalidRange')) throw new S3Error('InvalidPartNumber');
    throw error;
  }
}
