import type { PutResult, WriteConditions } from '@anybucket/core';
import { StorageError, checksumOf, maxParts, toChecksum } from '@anybucket/core/backend';
import type { PutCall } from '@anybucket/core/backend';
import { checksumHeader } from '../s3/checksums.js';
import { attributeHeaders, requireEtag, tagHeader, writeConditionHeaders } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import type { ServerProfile } from '../server/server-profiles.js';
import { headObject } from './get-object.js';
import { MultipartUpload } from './multipart-upload.js';
import type { SentPart } from './multipart-upload.js';
import type { ChunkReader, FilledPart, PartBuffers } from './part-buffers.js';
import { withSupportedConditions } from './write-conditions.js';

interface UploadTarget {
  readonly profile: ServerProfile;
  readonly bucket: string;
  readonly key: string;
  readonly call: PutCall;
}

/**
 * Uploads a body in parts. The buffers limit how many are uploaded in parallel. After a failure, the running parts are canceled and the
 * upload is aborted before the promise rejects, so nothing remains on the server.
 * @param first the first part of the body; `reader` continues after it.
 */
export async function uploadParts(
  client: S3Client,
  target: UploadTarget,
  first: FilledPart,
  reader: ChunkReader,
  buffers: PartBuffers,
): Promise<PutResult> {
  const { profile, bucket, key, call } = target;
  const { attributes, tags, conditions, native, signal } = call;
  const headers = { ...native?.headers, ...attributeHeaders(attributes), ...tagHeader(tags), ...checksumTypeHeaders(call) };
  const upload = await MultipartUpload.create(client, bucket, key, headers, native?.query, signal);
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const running = new Set<Promise<void>>();
  const uploaded: SentPart[] = [];
  let fail: (reason: unknown) => void = () => {};
  // Rejects when a part fails, even while the source is awaited.
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch((reason: unknown) => controller.abort(reason));
  try {
    signal?.throwIfAborted();
    const startPart = (part: FilledPart, number: number): void => {
      const run = async (): Promise<void> => {
        try {
          uploaded.push(await uploadPart(client, upload, number, part, call, controller.signal));
        } catch (reason) {
          fail(reason);
        } finally {
          running.delete(promise);
          part.release();
        }
      };
      const promise = run();
      running.add(promise);
    };
    startPart(first, 1);
    for (let number = 2; !(await Promise.race([reader.ended(), failed])); number++) {
      if (number > maxParts)
        throw new StorageError({ code: 'EntityTooLarge', message: `the body has more than ${maxParts} parts: increase \`partSize\`` });
      startPart(await Promise.race([buffers.fill(reader), failed]), number);
    }
    await Promise.race([Promise.all(running), failed]);
    const complete = async (supported: WriteConditions | undefined): Promise<PutResult> =>
      upload.complete(
        uploaded,
        { ...customerKeyHeaders(call), ...writeConditionHeaders(supported) },
        supported === undefined,
        () => headObject(client, bucket, key, { native: { headers: customerKeyHeaders(call) }, signal }),
        signal,
      );
    return await withSupportedConditions(client, profile, { bucket, key, conditions, call, repeatable: true }, complete);
  } catch (error) {
    controller.abort(error);
    await Promise.all(running);
    await upload.abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function uploadPart(
  client: S3Client,
  upload: MultipartUpload,
  number: number,
  part: FilledPart,
  call: PutCall,
  signal: AbortSignal,
): Promise<SentPart> {
  const payload = part.bytes();
  const algorithm = call.checksum?.algorithm;
  const checksum = algorithm === undefined ? undefined : toChecksum(algorithm, await checksumOf(algorithm, payload));
  const checksumHeaders = checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value };
  const headers = { ...customerKeyHeaders(call), ...checksumHeaders };
  const response = await client.sendForHeaders({ method: 'PUT', ...upload.partTarget(number), headers, payload, signal, idempotent: true });
  return { number, size: payload.length, etag: requireEtag(response.header('etag'), response), checksum };
}

/** Requests a checksum of the whole body where S3 supports one, and else one of the checksums of the parts. */
function checksumTypeHeaders({ checksum }: PutCall): Record<string, string> {
  if (checksum === undefined) return {};
  const { algorithm } = checksum;
  const type = algorithm.startsWith('CRC') ? 'FULL_OBJECT' : 'COMPOSITE';
  return { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type };
}

/** Returns the SSE-C headers, which every part needs. Other native headers belong to CreateMultipartUpload only. */
function customerKeyHeaders({ native }: PutCall): Record<string, string> {
  return Object.fromEntries(
    Object.entries(native?.headers ?? {}).filter(([name]) => /^x-amz-server-side-encryption-customer-/i.test(name)),
  );
}
