import { isStorageError } from '@anybucket/core';
import type { PutResult } from '@anybucket/core';
import { defaultPartSize, evaluateWriteConditions, unquoteEtag } from '@anybucket/core/backend';
import type { PutBody, PutCall } from '@anybucket/core/backend';
import type { Payload } from '../http/payload.js';
import type { S3Server } from '../http/s3-server.js';
import { attributeHeaders, present, tagHeader, writeConditionHeaders } from '../wire/object-headers.js';
import { requireBucket } from './buckets.js';
import { uploadParts } from './multipart-upload.js';
import { PartBuffers, chunkReader } from './part-buffers.js';
import { headObject } from './read-object.js';

/** Bodies up to this many bytes are read before they are sent: then they can be sent again, and a source that fails never reaches the server. */
const bufferedBytes = defaultPartSize;

/** PutObject; above the part size a multipart upload. */
export async function putObject(server: S3Server, bucket: string, key: string, body: PutBody, call: PutCall): Promise<PutResult> {
  // The bytes are the caller's, who may alter them as soon as we wait.
  if (body.bytes !== undefined) return putWhole(server, bucket, key, Buffer.from(body.bytes), call);
  try {
    const streams = body.size !== undefined && body.size > bufferedBytes && body.size <= call.partSize;
    if (streams) return await putWhole(server, bucket, key, { size: body.size, chunks: body }, call);
    return await putBuffered(server, bucket, key, body, call);
  } catch (error) {
    if (!isAboutTheBody(error) || call.signal?.aborted === true) throw error;
    // The bucket and the condition come before the body, though the server never got to see them.
    await requireWritable(server, bucket, key, call);
    throw error;
  }
}

/** A body that is small, or whose end is not known, or known to lie behind one part. */
async function putBuffered(server: S3Server, bucket: string, key: string, body: PutBody, call: PutCall): Promise<PutResult> {
  const buffers = new PartBuffers(call.partSize, call.concurrency, body.size);
  const reader = chunkReader(body);
  try {
    const first = await buffers.fill(reader);
    if (await reader.ended()) return await putWhole(server, bucket, key, first.bytes(), call);
    // A condition that fails already shall not cost an upload; it is decided at the end all the same.
    if (call.conditions !== undefined) await requireWritable(server, bucket, key, call);
    return await uploadParts(server, { bucket, key, call }, first, reader, buffers);
  } finally {
    reader.close();
  }
}

async function putWhole(server: S3Server, bucket: string, key: string, payload: Payload, call: PutCall): Promise<PutResult> {
  const { attributes, tags, conditions, contentMD5, native, signal } = call;
  const headers = {
    ...native?.headers,
    ...attributeHeaders(attributes),
    ...tagHeader(tags),
    ...writeConditionHeaders(conditions),
    'content-md5': contentMD5,
  };
  // A conditional put whose answer was lost must not be repeated: its own success would look like a failed condition.
  const repeatable = conditions === undefined;
  const answer = await server.headers({ method: 'PUT', bucket, key, query: native?.query, headers, payload, signal, repeatable });
  return { etag: unquoteEtag(answer.header('etag') ?? ''), ...present('versionId', answer.header('x-amz-version-id')) };
}

const aboutTheBody = ['IncompleteBody', 'BadDigest', 'InvalidArgument', 'InvalidKey'];

function isAboutTheBody(error: unknown): boolean {
  return isStorageError(error) && aboutTheBody.includes(error.code);
}

/** @throws `NoSuchBucket`, or what the condition gives now. */
async function requireWritable(server: S3Server, bucket: string, key: string, { conditions, native, signal }: PutCall): Promise<void> {
  await requireBucket(server, bucket, signal);
  if (conditions === undefined) return;
  try {
    evaluateWriteConditions(conditions, await headObject(server, bucket, key, { native: { headers: native?.headers }, signal }));
  } catch (error) {
    if (!isStorageError(error, 'NoSuchKey')) throw error;
    evaluateWriteConditions(conditions, undefined);
  }
}
