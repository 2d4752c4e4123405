import type { PutRequestOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf } from '../body/source.js';
import { StorageError } from '../api/errors.js';
import { maxObjectSize } from '../rules/etags.js';
import { isHeaderText } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
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
import { preparePut, putChecks, putSource } from './put.js';
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
  return bucket.run('putRequest', key, options, async () => {
    checkKey(key);
    const {
      data,
      method,
      headers,
      fetch,
      maxSize,
      maxRedirects = defaultMaxRedirects,
      ...putOptions
    } = checkOptions(options, requestChecks);
    const request = buildHttpRequest(url, { data, method, headers, signal: putOptions.signal });
    // Validates the options before the request is sent.
    preparePut(bucket, key, undefined, putOptions);
    const store = async (send: SendRequest): Promise<PutResult> => {
      const response = await followRedirects(send, request, maxRedirects);
      requireSuccess(request, response);
      const source = sourceOf(response.body ?? '');
      try {
        const { size, contentType, contentEncoding } = bodyAttributes(request, response);
        const maxBytes = maxSize ?? (response.isDecoded ? defaultMaxDecodedSize : maxObjectSize);
        if (size !== undefined && size > maxBytes) throw tooLarge(maxBytes);
        const length = putOptions.size ?? size;
        const call = preparePut(bucket, key, length, {
          ...putOptions,
          contentType: putOptions.contentType ?? contentType,
          contentEncoding: putOptions.contentEncoding ?? contentEncoding,
        });
        return await putSource(bucket, key, source, length, call, putOptions, [{ maxBytes, error: tooLarge }]);
      } finally {
        source.close();
      }
    };
    // With a custom `fetch`, the caller controls the connections.
    return fetch === undefined ? requestSlots.run(putOptions.signal, () => store(sendWithNode)) : store(sendWith(fetch));
  });
}

/** Sends requests with an implementation of `fetch`, which decodes bodies. */
function sendWith(fetch: typeof globalThis.fetch): SendRequest {
  return async ({ url, init }) => {
    const signal = init.signal instanceof AbortSignal ? init.signal : linkedSignal(init.signal);
    const { status, headers, body } = await fetch(url, { ...init, signal, redirect: 'manual' });
    return { status, headers, body, isDecoded: headers.has('content-encoding') };
  };
}

/** Returns an `AbortSignal` of this realm, the only ones that `fetch` accepts. */
function linkedSignal(signal: AbortSignal | null | undefined): AbortSignal | null {
  if (signal === null || signal === undefined) return null;
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
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
