import { Readable } from 'node:stream';
import type { PutRequestOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { chunksOf, closeUnread, sourceOf } from '../body/source.js';
import type { Source } from '../body/source.js';
import { Interrupter } from '../body/interrupter.js';
import { StorageError } from '../api/errors.js';
import { maxObjectSize } from '../rules/etags.js';
import { isHeaderText } from '../rules/headers.js';
import { isWebStream } from '../rules/type-checks.js';
import { discard, followRedirects, requestLine } from './follow-redirects.js';
import type { SendRequest } from './follow-redirects.js';
import { sendWithNode } from './http-client.js';
import { buildHttpRequest } from './http-request.js';
import type { HttpRequest, HttpResponse } from './http-request.js';
import {
  validatedElsewhere,
  checkOptions,
  requireFunction,
  requireInteger,
  requireStringRecord,
  requireNonEmptyString,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { copyPutOptions, preparePut, putChecks, putSource } from './put.js';
import { requestSlots } from './semaphore.js';
import type { BucketContext } from './bucket-context.js';

const defaultMaxRedirects = 20;
/** The default limit of decoded bodies. A few megabytes may decode to terabytes. */
const defaultMaxDecodedSize = 2 ** 30;

const requestChecks: OptionChecks<PutRequestOptions> = {
  ...putChecks,
  data: validatedElsewhere,
  method: requireNonEmptyString,
  headers: requireStringRecord,
  fetch: requireFunction,
  maxSize: requireInteger(0, Number.MAX_SAFE_INTEGER),
  maxRedirects: requireInteger(0, Number.MAX_SAFE_INTEGER),
};

/** Sends an HTTP request and streams the response body into an object. */
export async function putRequest(
  bucket: BucketContext,
  url: string | URL,
  key: string,
  options: PutRequestOptions | undefined,
): Promise<PutResult> {
  const opened: { data?: Source } = {};
  try {
    return await bucket.run('putRequest', key, options, async () => {
      bucket.checkKey(key);
      const {
        data,
        method,
        headers,
        fetch,
        maxSize,
        maxRedirects = defaultMaxRedirects,
        ...putOptions
      } = checkOptions(options, requestChecks);
      // Validates the options before the request is sent.
      preparePut(bucket, key, undefined, putOptions);
      const ownOptions = copyPutOptions(putOptions);
      if (isNodeStreamOrIterable(data)) opened.data = sourceOf(data);
      const body = opened.data === undefined ? data : Readable.from(chunksOf(opened.data), { objectMode: false });
      const request = buildHttpRequest(url, { data: body, method, headers, signal: putOptions.signal });
      const store = async (send: SendRequest): Promise<PutResult> => {
        const response = await followRedirects(send, request, maxRedirects);
        requireSuccess(request, response);
        const source = sourceOf(response.body ?? '');
        try {
          const { size, contentType, contentEncoding } = bodyAttributes(request, response);
          const maxBytes = maxSize ?? (response.isDecoded ? defaultMaxDecodedSize : maxObjectSize);
          if (size !== undefined && size > maxBytes) throw tooLarge(maxBytes);
          const length = ownOptions.size ?? size;
          const call = preparePut(bucket, key, length, {
            ...ownOptions,
            contentType: ownOptions.contentType ?? contentType,
            contentEncoding: ownOptions.contentEncoding ?? contentEncoding,
          });
          return await putSource(bucket, key, source, length, call, ownOptions, [{ maxBytes, error: tooLarge }]);
        } finally {
          source.close();
        }
      };
      // With a custom `fetch`, the caller controls the connections.
      return fetch === undefined
        ? requestSlots.run(putOptions.signal, () => store(sendWithNode))
        : withOwnSignal(ownOptions.signal, (signal) => store(sendWith(fetch, signal)));
    });
  } finally {
    const data = options?.data;
    if (opened.data !== undefined) opened.data.close();
    else if (isNodeStreamOrIterable(data)) closeUnread(data);
  }
}

/** Returns whether the data of a request is a stream or an iterable that a second request would share, unlike a Web stream, which is locked. */
function isNodeStreamOrIterable(data: unknown): data is AsyncIterable<Uint8Array> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data && !isWebStream(data);
}

/** Sends requests with an implementation of `fetch`, which decodes bodies. */
function sendWith(fetch: typeof globalThis.fetch, signal: AbortSignal | null): SendRequest {
  return async ({ url, init }) => {
    const { status, headers, body } = await fetch(url, { ...init, signal, redirect: 'manual' });
    return { status, headers, body, isDecoded: headers.has('content-encoding') };
  };
}

/** Calls `work` with an `AbortSignal` of this realm, the only ones that `fetch` accepts. */
async function withOwnSignal<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal | null) => Promise<T>): Promise<T> {
  if (signal === undefined) return work(null);
  if (isOwnSignal(signal)) return work(signal);
  const controller = new AbortController();
  const interrupter = new Interrupter();
  interrupter.link(signal, () => controller.abort(signal.reason));
  try {
    return await work(controller.signal);
  } finally {
    interrupter.unlink();
  }
}

function isOwnSignal(signal: AbortSignal): boolean {
  return signal instanceof AbortSignal;
}

function requireSuccess(request: HttpRequest, response: HttpResponse): void {
  const { status } = response;
  if (status >= 200 && status <= 299) return;
  discard(response);
  throw new StorageError({
    code: 'RequestFailed',
    message: `${requestLine(request)} failed with status ${status}`,
    status,
    retryable: status === 429 || status >= 500,
  });
}

interface BodyAttributes {
  readonly size: number | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** Returns the attributes of a response body. Those of an encoded body do not apply after it was decoded. */
function bodyAttributes({ init }: HttpRequest, { headers, isDecoded }: HttpResponse): BodyAttributes {
  const contentLength = headers.get('content-length');
  const size = contentLength === null || isDecoded || init.method === 'HEAD' ? undefined : Number(contentLength);
  const type = headers.get('content-type');
  const encoding = isDecoded ? undefined : headers.get('content-encoding')?.replace(/^identity$/i, '');
  return {
    size: Number.isSafeInteger(size) ? size : undefined,
    contentType: isHeaderText(type) ? type : undefined,
    contentEncoding: isHeaderText(encoding) ? encoding : undefined,
  };
}

function tooLarge(maxBytes: number): StorageError {
  const message = `the response body must not exceed ${maxBytes} bytes; raise \`maxSize\``;
  return new StorageError({ code: 'EntityTooLarge', message });
}
