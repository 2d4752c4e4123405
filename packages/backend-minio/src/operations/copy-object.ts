import { isStorageError } from '@anybucket/core';
import type { CopyResult } from '@anybucket/core';
import { StorageError, evaluateSourceConditions, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { CopyCall, CopySource } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { attributeHeaders, present, tagHeader } from '../wire/object-headers.js';
import { textOf } from '../wire/xml.js';
import { bucketExists } from './buckets.js';
import { copyParts } from './copy-parts.js';
import { attributesOf, sourceHeaders } from './copy-plan.js';
import type { CopyPlan } from './copy-plan.js';
import { headObject } from './read-object.js';

/** Bytes that one CopyObject takes at most. */
export const maxCopySize = 5 * 2 ** 30;

/** Milliseconds a MiB that the server may take in silence: slow disks write 10 MiB a second. */
const patienceAMebibyte = 100;
/** How often a source may change while it is being copied. */
const attempts = 10;

/**
 * CopyObject, on the server; above 5 GiB by UploadPartCopy. The source is looked at first: its size decides which, and `expires`,
 * which MinIO forgets on a plain copy, is sent again. A source that changes in between is copied anew, never half from each.
 * @param copySize bytes that one CopyObject may take.
 */
export async function copyObject(
  server: S3Server,
  bucket: string,
  key: string,
  source: CopySource,
  call: CopyCall,
  copySize: number,
): Promise<CopyResult> {
  for (let attempt = 1; ; attempt++) {
    const info = await ofSource(source, () =>
      headObject(server, source.bucket, source.key, { versionId: source.versionId, signal: call.signal }),
    );
    evaluateSourceConditions(source, info);
    const inParts = info.size > copySize;
    const pinned = inParts || (info.expires !== undefined && call.replace === undefined);
    const plan = { bucket, key, source, call, info, pinned };
    try {
      return inParts ? await copyParts(server, plan) : await copyWhole(server, plan);
    } catch (error) {
      if (pinned && isStorageError(error, 'PreconditionFailed') && attempt < attempts) continue;
      throw await aboutTheRightBucket(server, error, plan);
    }
  }
}

async function copyWhole(server: S3Server, plan: CopyPlan): Promise<CopyResult> {
  const { bucket, key, call, info } = plan;
  const { native, tags, signal } = call;
  const replace = call.replace ?? (info.expires === undefined ? undefined : attributesOf(info));
  const headers = {
    ...native?.headers,
    ...(replace === undefined ? {} : { 'x-amz-metadata-directive': 'REPLACE', ...attributeHeaders(replace) }),
    ...(tags === undefined ? {} : { 'x-amz-tagging-directive': 'REPLACE', ...tagHeader(tags) }),
    ...sourceHeaders(plan),
  };
  const patience = Math.ceil((info.size / 2 ** 20) * patienceAMebibyte);
  return server.xml(
    { method: 'PUT', bucket, key, query: native?.query, headers, signal, repeatable: true, patience },
    (document, answer) => ({
      etag: unquoteEtag(textOf(document, 'ETag') ?? ''),
      lastModified: truncateToSeconds(new Date(textOf(document, 'LastModified') ?? 0)),
      ...present('versionId', answer.header('x-amz-version-id')),
    }),
  );
}

/** A failure of the source names the source. */
async function ofSource<T>({ bucket, key }: CopySource, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof StorageError ? located(error, bucket, error.code === 'NoSuchBucket' ? undefined : key) : error;
  }
}

/** The server says that a bucket is missing, not which; the source was there a moment ago. */
async function aboutTheRightBucket(server: S3Server, error: unknown, { bucket, source, call }: CopyPlan): Promise<unknown> {
  if (!isStorageError(error)) return error;
  if (error.code === 'NoSuchKey' || error.code === 'NoSuchVersion') return located(error, source.bucket, source.key);
  if (error.code !== 'NoSuchBucket') return error;
  const missing = (await bucketExists(server, bucket, call.signal)) ? source.bucket : bucket;
  return located(error, missing, undefined);
}

function located(error: StorageError, bucket: string, key: string | undefined): StorageError {
  const { code, status, retryable, requestId, cause } = error;
  const message = error.message.replace(` (${code})`, '');
  return new StorageError({ code, message, bucket, key, status, retryable, requestId, cause });
}
