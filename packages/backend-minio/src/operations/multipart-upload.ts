import { isStorageError } from '@anybucket/core';
import type { Checksum, ObjectInfo, PutResult } from '@anybucket/core';
import { StorageError, multipartEtag, unquoteEtag } from '@anybucket/core/backend';
import { readVersionId, requireEtag } from '../s3/object-headers.js';
import type { Headers } from '../s3/object-headers.js';
import { checksumElement, readChecksumElement } from '../s3/checksums.js';
import { protocolError } from '../s3/protocol-error.js';
import type { S3Client } from '../s3/s3-client.js';
import { escapeXml, textOf } from '../s3/xml.js';

/** An aborted upload is waited for by the caller, but not longer than this. */
const abortTimeoutMs = 5000;
/** How long an aborted CreateMultipartUpload waits for its upload id. */
const abortDelayMs = 1000;
/** Added to the idle timeout of CompleteMultipartUpload per part. */
const completeTimeoutMsPerPart = 100;

export interface SentPart {
  /** From 1. */
  readonly number: number;
  /** In bytes. Undefined if it is not known to this process. */
  readonly size: number | undefined;
  /** With or without quotes. */
  readonly etag: string;
  /** Required if the upload was created with an algorithm. */
  readonly checksum?: Checksum | undefined;
}

/** One multipart upload, which must be completed or aborted. */
export class MultipartUpload {
  readonly #client: S3Client;
  readonly #target: { readonly bucket: string; readonly key: string };
  readonly id: string;

  constructor(client: S3Client, bucket: string, key: string, uploadId: string) {
    this.#client = client;
    this.#target = { bucket, key };
    this.id = uploadId;
  }

  /** CreateMultipartUpload. Not retried after a broken connection: an upload whose response is lost cannot be aborted. */
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
      failsWithoutEffect: true,
    } as const;
    const uploadId = await client
      .sendForXml(request, 'InitiateMultipartUploadResult', (document, response) => {
        const id = textOf(document, 'UploadId') ?? '';
        if (id === '') throw protocolError('the multipart upload was created without an id', response);
        return id;
      })
      .finally(() => delayed.dispose());
    return new MultipartUpload(client, bucket, key, uploadId);
  }

  /** Returns the target of the UploadPart or UploadPartCopy request of a part. */
  partTarget(number: number): { bucket: string; key: string; query: Record<string, string> } {
    return { ...this.#target, query: { partNumber: String(number), uploadId: this.id } };
  }

  /**
   * CompleteMultipartUpload, which creates the object. Verifies that the server used all parts.
   * @param parts in any order.
   * @param idempotent false for a conditional upload: a retry cannot tell its own success from a failed condition.
   * @param head HeadObject. Called if the ETag does not contain the number of parts, and after NoSuchUpload, which a retry receives when the
   *   first response was lost.
   * @throws `InternalError` if the object does not consist of the parts.
   */
  async complete(
    parts: readonly SentPart[],
    headers: Headers,
    idempotent: boolean,
    head: () => Promise<ObjectInfo>,
    signal: AbortSignal | undefined,
  ): Promise<PutResult> {
    const elements = [...parts]
      .sort((a, b) => a.number - b.number)
      .map(
        ({ number, etag, checksum }) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag>${checksumElement(checksum)}</Part>`,
      );
    const payload = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</CompleteMultipartUpload>`,
    );
    const query = { uploadId: this.id };
    const extraIdleTimeoutMs = parts.length * completeTimeoutMsPerPart;
    const request = { method: 'POST', ...this.#target, query, headers, payload, signal, idempotent, extraIdleTimeoutMs } as const;
    let completed: PutResult & { readonly partCount: number | undefined };
    try {
      completed = await this.#client.sendForXml(request, 'CompleteMultipartUploadResult', (document, response) => {
        const etag = unquoteEtag(requireEtag(textOf(document, 'ETag'), response));
        const suffix = /-(\d+)$/.exec(etag)?.[1];
        const partCount = suffix === undefined ? undefined : Number(suffix);
        if (partCount !== undefined && partCount !== parts.length)
          throw protocolError(`the object was completed with ${partCount} parts instead of ${parts.length}`, response);
        return { etag, ...readVersionId(response), ...readChecksumElement(document), partCount };
      });
    } catch (error) {
      const result = idempotent && isStorageError(error, 'NoSuchUpload') ? await findCompleted(parts, head) : undefined;
      if (result !== undefined) return result;
      throw isStorageError(error, 'InvalidPart') && parts.every(({ size }) => size !== undefined) ? lostPart(error) : error;
    }
    const { partCount, ...result } = completed;
    if (partCount === undefined) await requireSize(result, parts, head);
    return result;
  }

  /** AbortMultipartUpload. Never rejects: the caller reports the failure that led to the abort. */
  async abort(): Promise<void> {
    const request = { method: 'DELETE', ...this.#target, query: { uploadId: this.id }, idempotent: true, urgent: true } as const;
    await this.#client.sendForHeaders({ ...request, signal: AbortSignal.timeout(abortTimeoutMs) }).catch(() => {});
  }
}

/** Returns the error for parts that this process has sent: a node of a cluster that lacks them has just started, so a repeated call may succeed. */
function lostPart({ status, requestId, serverCode, cause }: StorageError): StorageError {
  const message = 'the server does not find a part that it has acknowledged';
  return new StorageError({ code: 'InvalidPart', message, status, requestId, serverCode, retryable: true, cause });
}

/** Returns the stored object if it consists of the parts. */
async function findCompleted(parts: readonly SentPart[], head: () => Promise<ObjectInfo>): Promise<PutResult | undefined> {
  const sorted = [...parts].sort((a, b) => a.number - b.number);
  try {
    const { etag, versionId, checksum } = await head();
    if (etag !== multipartEtag(sorted.map((part) => Buffer.from(unquoteEtag(part.etag), 'hex')))) return undefined;
    return { etag, ...(versionId === undefined ? {} : { versionId }), ...(checksum === undefined ? {} : { checksum }) };
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

/** Compares the size of a completed object with the sum of its parts, unless it has been overwritten since. */
async function requireSize({ etag }: PutResult, parts: readonly SentPart[], head: () => Promise<ObjectInfo>): Promise<void> {
  const sizes = parts.map((part) => part.size).filter((size) => size !== undefined);
  if (sizes.length < parts.length) return;
  const size = sizes.reduce((sum, partSize) => sum + partSize, 0);
  const info = await head();
  if (info.etag === etag && info.size !== size) {
    const message = `the server broke the S3 protocol: the object was completed with ${info.size} bytes instead of ${size}`;
    throw new StorageError({ code: 'InternalError', message, retryable: false });
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
