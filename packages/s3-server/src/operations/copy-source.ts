import type { Bucket, ObjectInfo } from '@anybucket/core';
import { unquoteEtag } from '@anybucket/core/backend';
import { parseHttpDate } from '../protocol/dates.js';
import { decodePercent } from '../protocol/percent-encoding.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { decodeUtf8Header } from '../protocol/request-headers.js';
import { normaliseKey } from '../protocol/s3-request.js';
import { dotSegment } from '../protocol/request-checks.js';
import { S3Error } from '../protocol/s3-error.js';
import type { OperationContext } from './operation.js';

/** The object that a copy reads. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** As sent by the client. */
  readonly versionId: string | undefined;
}

/** Parses `x-amz-copy-source`: `/bucket/key?versionId=id`, percent-encoded. @throws `InvalidArgument`, `XMinioInvalidResourceName` */
export function parseCopySource(header: string, anyKeys: boolean): CopySource {
  const [path = '', versionId] = header.split('?versionId=', 2);
  const decoded = decodePercent(decodeUtf8Header(path));
  if (decoded === undefined) throw new S3Error('InvalidArgument', { message: 'Invalid copy source encoding' });
  const [, bucket, key] = /^\/?([^/]+)\/([^]+)$/.exec(decoded) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', { message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey.' });
  }
  if (!anyKeys && dotSegment.test(key)) throw new S3Error('XMinioInvalidResourceName');
  return {
    bucket,
    key: normaliseKey(key, anyKeys),
    versionId: versionId === undefined || versionId === '' ? undefined : (decodePercent(versionId) ?? versionId),
  };
}

/** Returns the header that names the version of the source. */
export function sourceVersionHeaders({ versionId }: CopySource): readonly string[] {
  return versionId === undefined ? [] : ['x-amz-copy-source-version-id', versionId];
}

/** The conditions of a copy on its source. */
interface SourceConditions {
  readonly sourceIfMatch?: string | undefined;
  readonly sourceIfNoneMatch?: string | undefined;
  readonly sourceIfModifiedSince?: Date | undefined;
  readonly sourceIfUnmodifiedSince?: Date | undefined;
}

/** Reads the conditions on the source. As on MinIO, a malformed date is no condition. */
function readSourceConditions(headers: RequestHeaders): SourceConditions {
  const date = (name: string): Date | undefined => {
    const text = headers.get(name);
    return text === undefined ? undefined : parseHttpDate(text);
  };
  return {
    sourceIfMatch: headers.get('x-amz-copy-source-if-match'),
    sourceIfNoneMatch: headers.get('x-amz-copy-source-if-none-match'),
    sourceIfModifiedSince: date('x-amz-copy-source-if-modified-since'),
    sourceIfUnmodifiedSince: date('x-amz-copy-source-if-unmodified-since'),
  };
}

/** Returns whether the core evaluates the conditions: it accepts one, or an ETag with `sourceIfUnmodifiedSince`. */
function isSupportedByCore(conditions: SourceConditions): boolean {
  const given = Object.values(conditions).filter((condition) => condition !== undefined).length;
  return given < 2 || (given === 2 && conditions.sourceIfMatch !== undefined && conditions.sourceIfUnmodifiedSince !== undefined);
}

/**
 * Returns the conditions of a copy in a form that the core supports. Evaluates other combinations at once, and then requires that the source
 * does not change.
 *
 * @throws `PreconditionFailed`, and the errors of the source.
 */
export async function resolveSourceConditions(
  source: Bucket,
  key: string,
  versionId: string | undefined,
  { request, signal }: OperationContext,
): Promise<SourceConditions> {
  const conditions = readSourceConditions(request.headers);
  if (isSupportedByCore(conditions)) return conditions;
  const info = await source.stat(key, { versionId, signal });
  checkSourceConditions(conditions, info);
  return { sourceIfMatch: info.etag };
}

/** Evaluates any combination of conditions. @throws `PreconditionFailed` */
function checkSourceConditions(conditions: SourceConditions, { etag, lastModified }: ObjectInfo): void {
  const { sourceIfMatch, sourceIfNoneMatch, sourceIfModifiedSince, sourceIfUnmodifiedSince } = conditions;
  const isModifiedAfter = (time: Date): boolean => Math.floor(lastModified.getTime() / 1000) > Math.floor(time.getTime() / 1000);
  const matches = (condition: string): boolean => unquoteEtag(condition) === '*' || unquoteEtag(condition) === etag;
  const holds =
    (sourceIfMatch === undefined || matches(sourceIfMatch)) &&
    (sourceIfNoneMatch === undefined || !matches(sourceIfNoneMatch)) &&
    (sourceIfModifiedSince === undefined || sourceIfNoneMatch !== undefined || isModifiedAfter(sourceIfModifiedSince)) &&
    (sourceIfUnmodifiedSince === undefined || sourceIfMatch !== undefined || !isModifiedAfter(sourceIfUnmodifiedSince));
  if (!holds) throw new S3Error('PreconditionFailed');
}
