import type { PutRequestOptions, PutResult, RequestData } from '../bucket.js';
import { sourceOf } from '../body/source.js';
import { StorageError, invalidArgument } from '../errors.js';
import { checkKey } from '../semantics/keys.js';
import { anything, checkOptions, isFunction, isStringRecord, isText } from './options.js';
import type { OptionChecks } from './options.js';
import { planPut, putChecks, putSource } from './put.js';
import type { Target } from './target.js';

const requestChecks: OptionChecks<PutRequestOptions> = { ...putChecks, data: anything, method: isText, headers: isStringRecord, fetch: isFunction };

/** `putRequest`: streams the answer of an HTTP request into an object. */
export async function putRequest(target: Target, url: string | URL, key: string, options: PutRequestOptions | undefined): Promise<PutResult> {
  return target.run('putRequest', key, options, async () => {
    checkKey(key);
    const { data, method, headers, fetch = globalThis.fetch, ...putOptions } = checkOptions(options, requestChecks);
    const { address, authorization } = parseUrl(url);
    const request = requestInit(data, method, { ...authorization, ...headers }, putOptions.signal);
    // A bad option is refused before the request is sent.
    planPut(target, key, undefined, putOptions);
    const response = await answer(fetch, address, request);
    const { size, contentType } = bodyHeaders(response);
    const call = planPut(target, key, size, { contentType, ...putOptions });
    return putSource(target, key, sourceOf(response.body ?? ''), size, call, putOptions);
  });
}

/** Takes the credentials out of the URL: `fetch` refuses them there, with the whole URL in its message. */
function parseUrl(url: unknown): { address: URL; authorization: Record<string, string> } {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalidArgument('`url` must be an absolute http: or https: URL');
  const address = new URL(text);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') throw invalidArgument(`\`url\` must be of http: or https:, not ${address.protocol}`);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (username === '' && password === '') return { address, authorization: {} };
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { address, authorization: { authorization: `Basic ${credentials}` } };
}

function requestInit(data: RequestData | undefined, method: string | undefined, headers: Record<string, string>, signal: AbortSignal | undefined): RequestInit {
  const verb = (method ?? (data === undefined ? 'GET' : 'POST')).toUpperCase();
  const init: RequestInit = { method: verb, headers };
  if (signal !== undefined) init.signal = signal;
  if (data === undefined) return init;
  if (verb === 'GET' || verb === 'HEAD') throw invalidArgument(`a ${verb} request carries no \`data\``);
  return { ...init, body: requestBody(data) as NonNullable<RequestInit['body']>, duplex: 'half' };
}

function requestBody(data: RequestData): unknown {
  if (typeof data !== 'object' || data === null) {
    if (typeof data === 'string') return data;
    throw invalidArgument('`data` must be text, bytes, a stream, a form, an object or a list of pairs');
  }
  const ready = ArrayBuffer.isView(data) || [ArrayBuffer, Blob, URLSearchParams, FormData, ReadableStream].some((type) => data instanceof type) || Symbol.asyncIterator in data;
  if (ready) return data;
  const pairs: readonly (readonly unknown[])[] = Array.isArray(data) ? data : Object.entries(data);
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [String(name), String(value)]));
}

async function answer(fetch: typeof globalThis.fetch, address: URL, request: RequestInit): Promise<Response> {
  // Without the query: a presigned URL carries its signature there.
  const asked = `${request.method} ${address.origin}${address.pathname}`;
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (cause) {
    throw new StorageError({ code: 'RequestFailed', message: `${asked} got no answer`, retryable: true, cause });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  throw new StorageError({ code: 'RequestFailed', message: `${asked} was answered with ${status}`, status, retryable: status === 429 || status >= 500 });
}

/** What the answer says of its body. `fetch` has decoded it: the length of an encoded one is not the length that comes. */
function bodyHeaders({ headers }: Response): { size: number | undefined; contentType: string | undefined } {
  const length = headers.get('content-length');
  const size = length === null || headers.has('content-encoding') ? undefined : Number(length);
  return { size: Number.isSafeInteger(size) ? size : undefined, contentType: headers.get('content-type') ?? undefined };
}
