import { isStorageError } from '@anybucket/core';
import type { PutResult, WriteConditions } from '@anybucket/core';
import { defaultPartSize, evaluateWriteConditions, unquoteEtag } from '@anybucket/core/backend';
import type { PutBody, PutCall } from '@anybucket/core/backend';
import type { Payload } from '../http/payload.js';
import { attributeHeaders, readVersionId, requireEtag, tagHeader, writeConditionHeaders } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import type { ServerProfile } from '../server/server-profiles.js';
import { requireBucket } from './buckets.js';
import { headObject } from './get-object.js';
import { PartBuffers, chunkReader } from './part-buffers.js';
import { sendWithChecksum } from './put-checksum.js';
import { uploadParts } from './upload-parts.js';
import { withSupportedConditions } from './write-conditions.js';

/** Bodies up to this size are buffered before they are sent, so that they can be sent again and a failing source sends nothing. */
const maxBufferedBytes = defaultPartSize;

interface PutTarget {
  readonly profile: ServerProfile;
  readonly bucket: string;
  readonly key: string;
  readonly call: PutCall;
}

/** PutObject, or a multipart upload for bodies larger than the part size. */
export async function putObject(client: S3Client, target: PutTarget, body: PutBody): Promise<PutResult> {
  const { bucket, key, call } = target;
  if (body.bytes !== undefined) return putWhole(client, target, body.bytes, body);
  try {
    const isStreamed = body.size !== undefined && body.size > maxBufferedBytes && body.size <= call.partSize;
    if (isStreamed) return await putWhole(client, target, { size: body.size, chunks: body }, body);
    return await putBuffered(client, target, body);
  } catch (error) {
    if (!isBodyError(error) || call.signal?.aborted === true) throw error;
    // Errors of the bucket and the condition take precedence over those of the body, even if the server has not seen the request.
    await requireWritable(client, bucket, key, call);
    throw error;
  }
}

/** Puts a body that is small, of unknown size, or larger than one part. */
async function putBuffered(client: S3Client, target: PutTarget, body: PutBody): Promise<PutResult> {
  const { bucket, key, call } = target;
  const buffers = new PartBuffers(call.partSize, call.concurrency, body.size);
  const slot = await client.bufferSlots.acquire(call.signal);
  const reader = chunkReader(body, slot);
  try {
    const first = await buffers.fill(reader);
    if (await reader.ended()) return await putWhole(client, target, first.bytes(), body);
    // Checked before a long upload. The server checks the condition again when the upload is completed.
    if (call.conditions !== undefined) await requireWritable(client, bucket, key, call);
    // A long upload must not delay other puts.
    slot.release();
    return await uploadParts(client, target, first, reader, buffers);
  } finally {
    slot.release();
    reader.close();
  }
}

async function putWhole(client: S3Client, { profile, bucket, key, call }: PutTarget, payload: Payload, body: PutBody): Promise<PutResult> {
  const { attributes, tags, conditions, contentMD5, native, signal } = call;
  const put = async (supported: WriteConditions | undefined): Promise<PutResult> => {
    const headers = {
      ...native?.headers,
      ...attributeHeaders(attributes),
      ...tagHeader(tags),
      ...writeConditionHeaders(supported),
      'content-md5': contentMD5,
    };
    // After a lost response, the retry of a conditional put would report its own success as a failed condition.
    const idempotent = supported === undefined;
    const request = { method: 'PUT', bucket, key, query: native?.query, headers, signal, idempotent } as const;
    const { response, checksum } = await sendWithChecksum(client, request, payload, body, call.checksum);
    const result = { etag: unquoteEtag(requireEtag(response.header('etag'), response)), ...readVersionId(response) };
    return checksum === undefined ? result : { ...result, checksum };
  };
  const repeatable = payload instanceof Uint8Array;
  return withSupportedConditions(client, profile, { bucket, key, conditions, call, repeatable }, put);
}

const bodyErrorCodes = ['IncompleteBody', 'BadDigest', 'EntityTooLarge', 'InvalidArgument', 'InvalidKey'];

function isBodyError(error: unknown): boolean {
  return isStorageError(error) && bodyErrorCodes.includes(error.code);
}

/** @throws `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed` */
async function requireWritable(client: S3Client, bucket: string, key: string, { conditions, native, signal }: PutCall): Promise<void> {
  await requireBucket(client, bucket, signal);
  if (conditions === undefined) return;
  try {
    evaluateWriteConditions(conditions, await headObject(client, bucket, key, { native: { headers: native?.headers }, signal }));
  } catch (error) {
    if (!isStorageError(error, 'NoSuchKey')) throw error;
    evaluateWriteConditions(conditions, undefined);
  }
}
