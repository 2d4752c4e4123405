import { isStorageError } from '@anybucket/core';
import type { PutResult } from '@anybucket/core';
import { StorageError, unquoteEtag } from '@anybucket/core/backend';
import { readVersionId } from '../s3/object-headers.js';
import type { Headers } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import { escapeXml, textOf } from '../s3/xml.js';

/** An aborted upload is waited for by the caller, but not longer than this. */
const abortTimeoutMs = 5000;
/** How long an aborted CreateMultipartUpload waits for its upload id. */
const abortDelayMs = 1000;
/** Added to the idle timeout of CompleteMultipartUpload per part. */
const completeTimeoutMsPerPart = 100;

export interface UploadedPart {
  /** From 1. */
  readonly number: number;
  /** With quotes, as sent by the server. */
  readonly etag: string;
}

/** One multipart upload, which must be completed or aborted. */
export class MultipartUpload {
  readonly #client: S3Client;
  readonly #target: { readonly bucket: string; readonly key: string };
  readonly #uploadId: string;

  private constructor(client: S3Client, bucket: string, key: string, uploadId: string) {
    this.#client = client;
    this.#target = { bucket, key };
    this.#uploadId = uploadId;
  }

  /** CreateMultipartUpload. Not retried: an upload whose response is lost cannot be aborted. */
  static async create(
    client: S3Client,
    bucket: string,
    key: string,
    headers: Headers,
    query: Headers | undefined,
    signal: AbortSignal | undefined,
  ): Promise<MultipartUpload> {
    signal?.throwIfAborted();
    const delayed = delayAbort(signal);
    const request = {
      method: 'POST',
      bucket,
      key,
      query: { ...query, uploads: '' },
      headers,
      signal: delayed.signal,
      idempotent: false,
    } as const;
    const uploadId = await client.sendForXml(request, (document) => textOf(document, 'UploadId') ?? '').finally(() => delayed.dispose());
    if (uploadId === '') throw new StorageError({ code: 'InternalError', message: 'the server created a multipart upload without an id' });
    return new MultipartUpload(client, bucket, key, uploadId);
  }

  /** Returns the target of the UploadPart or UploadPartCopy request of a part. */
  partTarget(number: number): { bucket: string; key: string; query: Record<string, string> } {
    return { ...this.#target, query: { partNumber: String(number), uploadId: this.#uploadId } };
  }

  /**
   * CompleteMultipartUpload, which creates the object.
   * @param parts in any order.
   * @param idempotent false for a conditional upload: a retry cannot tell its own success from a failed condition.
   * @param findResult called after NoSuchUpload, which a retry receives when the first response was lost. Returns the object if it exists.
   */
  async complete(
    parts: readonly UploadedPart[],
    headers: Headers,
    idempotent: boolean,
    findResult: () => Promise<PutResult | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<PutResult> {
    const elements = [...parts]
      .sort((a, b) => a.number - b.number)
      .map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`);
    const payload = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</CompleteMultipartUpload>`,
    );
    const query = { uploadId: this.#uploadId };
    const extraIdleTimeoutMs = parts.length * completeTimeoutMsPerPart;
    try {
      return await this.#client.sendForXml(
        { method: 'POST', ...this.#target, query, headers, payload, signal, idempotent, extraIdleTimeoutMs },
        (document, response) => ({ etag: unquoteEtag(textOf(document, 'ETag') ?? ''), ...readVersionId(response) }),
      );
    } catch (error) {
      const result = idempotent && isStorageError(error, 'NoSuchUpload') ? await findResult() : undefined;
      if (result !== undefined) return result;
      throw error;
    }
  }

  /** AbortMultipartUpload. Never rejects: the caller reports the failure that led to the abort. */
  async abort(): Promise<void> {
    const request = { method: 'DELETE', ...this.#target, query: { uploadId: this.#uploadId }, idempotent: true, urgent: true } as const;
    await this.#client.sendForHeaders({ ...request, signal: AbortSignal.timeout(abortTimeoutMs) }).catch(() => {});
  }
}

/** Returns a signal that aborts `abortDelayMs` after another: time to receive the upload id, without which the upload cannot be aborted. */
function delayAbort(signal: AbortSignal | undefined): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => controller.abort(signal?.reason), abortDelayMs);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
