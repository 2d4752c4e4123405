import { isStorageError } from '@anybucket/core';
import type { PutResult } from '@anybucket/core';
import { StorageError, unquoteEtag } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { present } from '../wire/object-headers.js';
import type { Headers } from '../wire/object-headers.js';
import { escapeXml, textOf } from '../wire/xml.js';

/** Milliseconds that giving up an upload may take: the caller waits for it. */
const abortTimeout = 5000;

/** A part that the server has. */
export interface Part {
  readonly number: number;
  /** With its quotes, as the server gave it. */
  readonly etag: string;
}

/** One multipart upload: begun, and then completed or aborted, whatever happens in between. */
export class Multipart {
  readonly #server: S3Server;
  readonly #bucket: string;
  readonly #key: string;
  readonly #id: string;

  private constructor(server: S3Server, bucket: string, key: string, id: string) {
    this.#server = server;
    this.#bucket = bucket;
    this.#key = key;
    this.#id = id;
  }

  /** CreateMultipartUpload. Not repeated: one whose answer was lost would stay open for ever. */
  static async begin(
    server: S3Server,
    bucket: string,
    key: string,
    headers: Headers,
    query: Headers | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Multipart> {
    signal?.throwIfAborted();
    const late = afterGrace(signal);
    const call = {
      method: 'POST',
      bucket,
      key,
      query: { ...query, uploads: '' },
      headers,
      signal: late.signal,
      repeatable: false,
    } as const;
    const id = await server.xml(call, (document) => textOf(document, 'UploadId') ?? '').finally(() => late.forget());
    if (id === '') throw new StorageError({ code: 'InternalError', message: 'the server began an upload without giving its id' });
    return new Multipart(server, bucket, key, id);
  }

  /** Where a part is sent to. */
  part(number: number): { bucket: string; key: string; query: Record<string, string> } {
    return { bucket: this.#bucket, key: this.#key, query: { partNumber: String(number), uploadId: this.#id } };
  }

  /**
   * CompleteMultipartUpload: the object appears.
   * @param repeatable false where a condition decides: a repetition could not tell its own success from a failed condition.
   * @param succeeded asked when the server knows the upload no more after a lost answer: whether the object is there all the same.
   */
  async complete(
    parts: readonly Part[],
    headers: Headers,
    repeatable: boolean,
    succeeded: () => Promise<PutResult | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<PutResult> {
    const rows = [...parts]
      .sort((a, b) => a.number - b.number)
      .map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`);
    const payload = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rows.join('')}</CompleteMultipartUpload>`,
    );
    const target = { bucket: this.#bucket, key: this.#key, query: { uploadId: this.#id } };
    try {
      const call = { method: 'POST', ...target, headers, payload, signal, repeatable, patience: parts.length * patienceAPart } as const;
      return await this.#server.xml(call, (document, answer) => ({
        etag: unquoteEtag(textOf(document, 'ETag') ?? ''),
        ...present('versionId', answer.header('x-amz-version-id')),
      }));
    } catch (error) {
      const done = repeatable && isStorageError(error, 'NoSuchUpload') ? await succeeded() : undefined;
      if (done !== undefined) return done;
      throw error;
    }
  }

  /** AbortMultipartUpload. The failure that led here is what counts: one of this call is not told. */
  async abort(): Promise<void> {
    const target = { bucket: this.#bucket, key: this.#key, query: { uploadId: this.#id } };
    await this.#server
      .headers({ method: 'DELETE', ...target, signal: AbortSignal.timeout(abortTimeout), repeatable: true })
      .catch(() => {});
  }
}

/** Milliseconds a part that a server may take to join them. */
const patienceAPart = 100;

/**
 * The caller's signal, a moment later: an upload whose id never came can't be aborted, so its answer is still waited for.
 */
function afterGrace(signal: AbortSignal | undefined): { readonly signal: AbortSignal; forget(): void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const aborted = (): void => {
    timer = setTimeout(() => late.abort(signal?.reason), grace);
  };
  signal?.addEventListener('abort', aborted, { once: true });
  return {
    signal: late.signal,
    forget() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    },
  };
}

/** Milliseconds. */
const grace = 1000;
