import type { PutRequestOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf } from '../body/source.js';
import { StorageError } from '../api/errors.js';
import { isHeaderText } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { httpRequest } from './http-request.js';
import type { HttpRequest } from './http-request.js';
import { validatedElsewhere, checkOptions, requireFunction, requireStringRecord, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { planPut, putChecks, putSource } from './put.js';
import type { Target } from './target.js';

const requestChecks: OptionChecks<PutRequestOptions> = {
  ...putChecks,
  data: validatedElsewhere,
  method: requireNonEmptyString,
  headers: requireStringRecord,
  fetch: requireFunction,
};

/** `putRequest`: streams the answer of an HTTP request into an object. */
export async function putRequest(
  target: Target,
  url: string | URL,
  key: string,
  options: PutRequestOptions | undefined,
): Promise<PutResult> {
  return target.run('putRequest', key, options, async () => {
    checkKey(key);
    const { data, method, headers, fetch = globalThis.fetch, ...putOptions } = checkOptions(options, requestChecks);
    const request = httpRequest(url, { data, method, headers, signal: putOptions.signal });
    // A bad option is refused before the request is sent.
    planPut(target, key, undefined, putOptions);
    const response = await answer(fetch, request);
    const source = sourceOf(response.body ?? '');
    try {
      const { size, contentType } = bodyHeaders(response);
      const call = planPut(target, key, size, { ...putOptions, contentType: putOptions.contentType ?? contentType });
      return await putSource(target, key, source, size, call, putOptions);
    } finally {
      source.close();
    }
  });
}

async function answer(fetch: typeof globalThis.fetch, { address, init }: HttpRequest): Promise<Response> {
  // Without the query: a presigned URL carries its signature there.
  const asked = `${init.method} ${address.origin}${address.pathname}`;
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (cause) {
    throw new StorageError({ code: 'RequestFailed', message: `${asked} got no answer`, retryable: true, cause });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  throw new StorageError({
    code: 'RequestFailed',
    message: `${asked} was answered with ${status}`,
    status,
    retryable: status === 429 || status >= 500,
  });
}

/** What the answer says of its body. `fetch` has decoded it: the length of an encoded one is not the length that comes. */
function bodyHeaders({ headers }: Response): { size: number | undefined; contentType: string | undefined } {
  const length = headers.get('content-length');
  const size = length === null || headers.has('content-encoding') ? undefined : Number(length);
  const type = headers.get('content-type');
  return { size: Number.isSafeInteger(size) ? size : undefined, contentType: isHeaderText(type) ? type : undefined };
}
