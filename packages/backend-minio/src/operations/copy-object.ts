import { isStorageError } from '@anybucket/core';
import type { CopyResult, ObjectInfo, PutResult, ReadConditions, WriteConditions } from '@anybucket/core';
import { StorageError, evaluateSourceConditions, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { CopyCall, CopySource, DriverCall, StoredAttributes } from '@anybucket/core/backend';
import { encodePath, percentEncode } from '../http/endpoint.js';
import { readChecksum } from '../s3/checksums.js';
import {
  attributeHeaders,
  readConditionHeaders,
  readDate,
  readVersionId,
  requireEtag,
  tagHeader,
  writeConditionHeaders,
} from '../s3/object-headers.js';
import type { Headers } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import { textOf } from '../s3/xml.js';
import type { ServerProfile } from '../server/server-profiles.js';
import { bucketExists } from './buckets.js';
import { mapConcurrently } from './concurrency.js';
import { headObject } from './get-object.js';
import { MultipartUpload } from './multipart-upload.js';
import type { SentPart } from './multipart-upload.js';
import { getTags } from './tags.js';
import { withSupportedConditions } from './write-conditions.js';

/** Maximum size of the source of one CopyObject request in bytes. */
export const maxCopyBytes = 5 * 2 ** 30;

/** Size of the parts of a multipart copy in bytes. 10,000 of them are more than the largest object. */
const copyPartBytes = 2 ** 30;
const maxParallelParts = 4;

/** A server may be silent while it copies. Slow disks write 10 MiB per second. */
const idleTimeoutMsPerMebibyte = 100;
/** Attempts to copy a source that is overwritten while it is copied. */
const maxAttempts = 10;

interface CopyPlan {
  readonly profile: ServerProfile;
  readonly bucket: string;
  readonly key: string;
  readonly source: CopySource;
  readonly call: CopyCall;
  /** The metadata of the source. */
  readonly info: ObjectInfo;
  /** True when the copy depends on `info`, so that the source must not change: its attributes are sent again, or it is read in parts. */
  readonly pinned: boolean;
}

/**
 * CopyObject, or a multipart upload with UploadPartCopy for sources larger than `maxBytes`. The server copies in both cases.
 * A HEAD of the source comes first, for its size and for `expires`, which MinIO does not copy. If the source is overwritten in between,
 * the copy starts again, so it never mixes two bodies.
 * @param maxBytes maximum size of the source of one CopyObject request.
 */
export async function copyObject(
  client: S3Client,
  profile: ServerProfile,
  bucket: string,
  key: string,
  source: CopySource,
  call: CopyCall,
  maxBytes: number,
): Promise<CopyResult> {
  let previousEtag: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const info = await headSource(client, source, call.signal);
    evaluateSourceConditions(source, info);
    const usesParts = info.size > maxBytes;
    const pinned = usesParts || (info.expires !== undefined && call.replace === undefined);
    const plan = { profile, bucket, key, source, call, info, pinned };
    try {
      return usesParts ? await copyInParts(client, plan) : await copyWhole(client, plan);
    } catch (error) {
      // If the source is still the same, the condition on the target failed.
      const mayHaveChanged = call.conditions === undefined || info.etag !== previousEtag;
      previousEtag = info.etag;
      if (pinned && isStorageError(error, 'PreconditionFailed') && mayHaveChanged && attempt < maxAttempts) continue;
      const isTargetMissing = call.conditions?.ifMatch !== undefined && isStorageError(error, 'NoSuchKey');
      throw isTargetMissing ? withLocation(error, bucket, key) : await attributeToBucket(client, error, plan);
    }
  }
}

export async function headSource(
  client: S3Client,
  { bucket, key, versionId }: CopySource,
  signal: AbortSignal | undefined,
): Promise<ObjectInfo> {
  try {
    return await headObject(client, bucket, key, { versionId, signal });
  } catch (error) {
    throw error instanceof StorageError ? withLocation(error, bucket, error.code === 'NoSuchBucket' ? undefined : key) : error;
  }
}

async function copyWhole(client: S3Client, plan: CopyPlan): Promise<CopyResult> {
  const { profile, bucket, key, call, info } = plan;
  const { native, tags, checksumAlgorithm, conditions, signal } = call;
  const replace = call.replace ?? (info.expires === undefined ? undefined : attributesOf(info));
  const headers = {
    ...native?.headers,
    ...(replace === undefined ? {} : { 'x-amz-metadata-directive': 'REPLACE', ...attributeHeaders(replace) }),
    ...(tags === undefined ? {} : { 'x-amz-tagging-directive': 'REPLACE', ...tagHeader(tags) }),
    ...(checksumAlgorithm === undefined ? {} : { 'x-amz-checksum-algorithm': checksumAlgorithm }),
    ...sourceHeaders(plan),
  };
  const extraIdleTimeoutMs = copyTimeoutMs(info.size);
  const copy = async (supported: WriteConditions | undefined): Promise<CopyResult> =>
    client.sendForXml(
      {
        method: 'PUT',
        bucket,
        key,
        query: native?.query,
        headers: { ...headers, ...writeConditionHeaders(supported, profile.copyConditionPrefix) },
        signal,
        // After a lost response, the retry of a conditional copy would report its own success as a failed condition.
        idempotent: supported === undefined,
        extraIdleTimeoutMs,
      },
      'CopyObjectResult',
      (document, response) => ({
        etag: unquoteEtag(requireEtag(textOf(document, 'ETag'), response)),
        lastModified: truncateToSeconds(readDate(textOf(document, 'LastModified'), response)),
        ...readVersionId(response),
        ...readChecksum(response),
      }),
    );
  return withSupportedConditions(client, profile, { bucket, key, conditions, call: { signal }, repeatable: true }, copy);
}

/** Copies a source of any size: CreateMultipartUpload, UploadPartCopy, CompleteMultipartUpload. */
export async function copyInParts(client: S3Client, plan: CopyPlan, partBytes = copyPartBytes): Promise<CopyResult> {
  const { profile, bucket, key, source, call, info } = plan;
  const { native, checksumAlgorithm, conditions, signal } = call;
  if (checksumAlgorithm !== undefined)
    throw new StorageError({ code: 'NotImplemented', message: 'a copy in parts, of a source larger than 5 GiB, cannot have a checksum' });
  // A multipart upload copies neither attributes nor tags.
  const tags =
    call.tags ??
    (info.tagCount === undefined ? {} : await getTags(client, source.bucket, source.key, { versionId: source.versionId, signal }));
  const headers = { ...native?.headers, ...attributeHeaders(call.replace ?? attributesOf(info)), ...tagHeader(tags) };
  const upload = await MultipartUpload.create(client, bucket, key, headers, native?.query, signal);
  try {
    const ranges = Array.from({ length: Math.ceil(info.size / partBytes) }, (_, index) => ({
      number: index + 1,
      start: index * partBytes,
      end: Math.min((index + 1) * partBytes, info.size),
    }));
    const copyPart = async ({ number, start, end }: (typeof ranges)[number]): Promise<SentPart> => {
      const partHeaders = { ...sourceHeaders(plan), 'x-amz-copy-source-range': `bytes=${start}-${end - 1}` };
      const extraIdleTimeoutMs = copyTimeoutMs(copyPartBytes);
      return client.sendForXml(
        { method: 'PUT', ...upload.partTarget(number), headers: partHeaders, signal, idempotent: true, extraIdleTimeoutMs },
        'CopyPartResult',
        (document, response) => ({ number, size: end - start, etag: requireEtag(textOf(document, 'ETag'), response) }),
      );
    };
    const parts = await mapConcurrently(ranges, copyPart, maxParallelParts);
    const head = async (): Promise<ObjectInfo> => headObject(client, bucket, key, { signal });
    const complete = async (supported: WriteConditions | undefined): Promise<PutResult> =>
      upload.complete(parts, writeConditionHeaders(supported), supported === undefined, head, signal);
    const target = { bucket, key, conditions, call: { signal }, repeatable: true };
    const { etag, versionId } = await withSupportedConditions(client, profile, target, complete);
    // Another writer may have replaced the copy already; a version is not replaced.
    const { lastModified } = await headObject(client, bucket, key, { versionId, signal });
    return versionId === undefined ? { etag, lastModified } : { etag, lastModified, versionId };
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

function sourceHeaders({ source, info, pinned }: CopyPlan): Headers {
  return copySourceHeaders(source, pinned ? { ifMatch: info.etag } : source.conditions);
}

/** Returns the source of a copy and the conditions on it as headers. */
export function copySourceHeaders({ bucket, key, versionId }: CopySource, conditions: ReadConditions | undefined): Headers {
  const version = versionId === undefined ? '' : `?versionId=${percentEncode(versionId)}`;
  return {
    'x-amz-copy-source': encodePath(`/${bucket}/${key}`) + version,
    ...readConditionHeaders(conditions, 'x-amz-copy-source-'),
  };
}

function attributesOf(info: ObjectInfo): StoredAttributes {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata } = info;
  return { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata };
}

export function copyTimeoutMs(bytes: number): number {
  return Math.ceil((bytes / 2 ** 20) * idleTimeoutMsPerMebibyte);
}

/** Adds the bucket and key that an error is about. The server does not tell which bucket of a copy is missing. */
export async function attributeToBucket(
  client: S3Client,
  error: unknown,
  { bucket, source, call }: { readonly bucket: string; readonly source: CopySource; readonly call: DriverCall },
): Promise<unknown> {
  if (!isStorageError(error)) return error;
  if (error.code === 'NoSuchKey' || error.code === 'NoSuchVersion') return withLocation(error, source.bucket, source.key);
  if (error.code !== 'NoSuchBucket') return error;
  const missing = (await bucketExists(client, bucket, call.signal)) ? source.bucket : bucket;
  return withLocation(error, missing, undefined);
}

export function withLocation(error: StorageError, bucket: string, key: string | undefined): StorageError {
  const { code, status, retryable, requestId, serverCode, cause } = error;
  const message = error.message.replace(` (${code})`, '');
  return new StorageError({ code, message, bucket, key, status, retryable, requestId, serverCode, cause });
}
