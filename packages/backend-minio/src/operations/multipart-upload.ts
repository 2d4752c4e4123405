import { isStorageError } from '@anybucket/core';
import type { PutResult } from '@anybucket/core';
import { StorageError, maxParts, multipartEtag } from '@anybucket/core/backend';
import type { PutCall } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { attributeHeaders, present, tagHeader, writeConditionHeaders } from '../wire/object-headers.js';
import { Multipart } from './multipart.js';
import type { Part } from './multipart.js';
import type { ChunkReader, FilledPart, PartBuffers } from './part-buffers.js';
import { headObject } from './read-object.js';

/** The upload's target, and what is to be stored there. */
export interface UploadPlan {
  readonly bucket: string;
  readonly key: string;
  readonly call: PutCall;
}

/**
 * Uploads a body part by part, several at once, bounded by the buffers. On any failure the parts under way are cancelled and the upload is
 * aborted before the failure is told: nothing stays on the server.
 */
export async function uploadParts(
  server: S3Server,
  plan: UploadPlan,
  first: FilledPart,
  reader: ChunkReader,
  buffers: PartBuffers,
): Promise<PutResult> {
  const { bucket, key, call } = plan;
  const { attributes, tags, conditions, native, signal } = call;
  const begin = { ...native?.headers, ...attributeHeaders(attributes), ...tagHeader(tags) };
  const upload = await Multipart.begin(server, bucket, key, begin, native?.query, signal);
  const cancel = new AbortController();
  const stop = (): void => cancel.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const running = new Set<Promise<void>>();
  const parts: Part[] = [];
  let fail: (reason: unknown) => void = () => {};
  // A part that fails must be seen while the source lets us wait.
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch((reason: unknown) => cancel.abort(reason));
  try {
    signal?.throwIfAborted();
    const send = (part: FilledPart, number: number): void => {
      const work = async (): Promise<void> => {
        try {
          parts.push(await uploadPart(server, upload, number, part, call, cancel.signal));
        } catch (reason) {
          fail(reason);
        } finally {
          running.delete(sent);
          part.free();
        }
      };
      const sent = work();
      running.add(sent);
    };
    send(first, 1);
    for (let number = 2; !(await Promise.race([reader.ended(), failed])); number++) {
      if (number > maxParts)
        throw new StorageError({ code: 'EntityTooLarge', message: `the data has more than ${maxParts} parts: raise \`partSize\`` });
      send(await Promise.race([buffers.fill(reader), failed]), number);
    }
    await Promise.race([Promise.all(running), failed]);
    const expected = multipartEtag(
      [...parts].sort((a, b) => a.number - b.number).map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex')),
    );
    const succeeded = (): Promise<PutResult | undefined> => storedAs(server, plan, expected);
    return await upload.complete(
      parts,
      { ...customerKey(call), ...writeConditionHeaders(conditions) },
      conditions === undefined,
      succeeded,
      signal,
    );
  } catch (error) {
    cancel.abort(error);
    await Promise.all(running);
    await upload.abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function uploadPart(
  server: S3Server,
  upload: Multipart,
  number: number,
  part: FilledPart,
  call: PutCall,
  signal: AbortSignal,
): Promise<Part> {
  const answer = await server.headers({
    method: 'PUT',
    ...upload.part(number),
    headers: customerKey(call),
    payload: part.bytes(),
    signal,
    repeatable: true,
  });
  return { number, etag: answer.header('etag') ?? '' };
}

/** The key of the customer's own encryption goes with every part; other native headers only with the beginning. */
function customerKey({ native }: PutCall): Record<string, string> {
  return Object.fromEntries(
    Object.entries(native?.headers ?? {}).filter(([name]) => /^x-amz-server-side-encryption-customer-/i.test(name)),
  );
}

/** The object, when it is the one that these parts make. */
async function storedAs(server: S3Server, { bucket, key, call }: UploadPlan, etag: string): Promise<PutResult | undefined> {
  try {
    const info = await headObject(server, bucket, key, { native: { headers: customerKey(call) }, signal: call.signal });
    return info.etag === etag ? { etag, ...present('versionId', info.versionId) } : undefined;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
