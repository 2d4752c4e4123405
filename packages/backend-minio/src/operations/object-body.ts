import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import type { DriverStream } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';

/** Requests the bytes of the same body from an offset. */
export type RequestRest = (offset: number, signal: AbortSignal) => Promise<HttpResponse>;

/** The body of a GetObject response. If its connection is reclaimed while the reader pauses, the rest is requested when it is read. */
export class ObjectBody implements DriverStream {
  readonly #length: number;
  readonly #requestRest: RequestRest;
  readonly #controller = new AbortController();
  #response: HttpResponse;
  #offset = 0;

  /**
   * @param response returned by `toStream`.
   * @param length bytes of the body.
   */
  constructor(response: HttpResponse, length: number, requestRest: RequestRest) {
    this.#response = response;
    this.#length = length;
    this.#requestRest = requestRest;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let chunk = await this.#nextChunk(); chunk !== undefined; chunk = await this.#nextChunk()) {
        this.#offset += chunk.length;
        yield chunk;
      }
    } finally {
      this.cancel();
    }
  }

  cancel(): void {
    this.#response.cancel();
    this.#controller.abort(new StorageError({ code: 'BodyUsed', message: 'the body was cancelled' }));
  }

  async #nextChunk(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = await this.#response.nextChunk();
      if (chunk !== undefined || !this.#response.reclaimed || this.#offset >= this.#length) return chunk;
      this.#response = (await this.#resume()).toStream();
    }
  }

  async #resume(): Promise<HttpResponse> {
    try {
      return await this.#requestRest(this.#offset, this.#controller.signal);
    } catch (cause) {
      const isGone = ['PreconditionFailed', 'NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'InvalidRange'];
      if (!isStorageError(cause) || !isGone.includes(cause.code)) throw cause;
      const message =
        'the object was overwritten or deleted before its body was read; the connection had been closed for other requests: read bodies at once, or raise `maxConnections`';
      throw new StorageError({ code: 'IncompleteBody', message, retryable: true, cause });
    }
  }
}
