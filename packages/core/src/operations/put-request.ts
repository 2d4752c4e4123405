import type { PutRequestOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf } from '../body/source.js';
import { StorageError, quote } from '../api/errors.js';
import { isHeaderText } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { buildHttpRequest } from './http-request.js';
import type { HttpRequest } from './http-request.js';
import { validatedElsewhere, checkOptions, requireFunction, requireStringRecord, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { preparePut, putChecks, putSource } from './put.js';
import type { BucketContext } from './bucket-context.js';

const requestChecks: OptionChecks<PutRequestOptions> = {
  ...putChecks,
  data: validatedElsewhere,
  method: requireNonEmptyString,
  headers: requireStringRecord,
  fetch: requireFunction,
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
    const { data, method, headers, fetch = globalThis.fetch, ...putOptions } = checkOptions(options, requestChecks);
    const request = buildHttpRequest(url, { data, method, headers, signal: putOptions.signal });
    // Validates the options before the request is sent.
    preparePut(bucket, key, undefined, putOptions);
    const response = await sendRequest(fetch, request);
    const source = sourceOf(response.body ?? '');
    try {
      const { size, contentType } = bodyAttributes(response);
      const call = preparePut(bucket, key, size, { ...putOptions, contentType: putOptions.contentType ?? contentType });
      return await putSource(bucket, key, source, size, call, putOptions);
    } finally {
      source.close();
    }
  });
}

async function sendRequest(fetch: typeof globalThis.fetch, { url, init }: HttpRequest): Promise<Response> {
  // Without the query, which contains the signature of a presigned URL.
  const requestLine = `${init.method} ${quote(`${url.origin}${url.pathname}`)}`;
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    throw new StorageError({ code: 'RequestFailed', message: `${requestLine} received no response`, retryable: true, cause });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  throw new StorageError({
    code: 'RequestFailed',
    message: `${requestLine} failed with status ${status}`,
    status,
    retryable: status === 429 || status >= 500,
  });
}

/** Returns size and content type of a response body. `fetch` decodes bodies: the `Content-Length` of an encoded one is not its size. */
function bodyAttributes({ headers }: Response): { size: number | undefined; contentType: string | undefined } {
  const contentLength = headers.get('content-length');
  const size = contentLength === null || headers.has('content-encoding') ? undefined : Number(contentLength);
  const type = headers.get('content-type');
  return { size: Number.isSafeInteger(size) ? size : undefined, contentType: isHeaderText(type) ? type : undefined };
}
