import { unescape } from 'node:querystring';
import type { Readable } from 'node:stream';
import { types } from 'node:util';
import type { PutRequestOptions, RequestData } from '../api/options.js';
import { invalidArgument, quote } from '../api/errors.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { isBlob, isFormData, isUrl, isUrlSearchParams, isWebStream } from '../rules/type-checks.js';

const methodGrammar = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);
const invalidData =
  '`data` must be a string, bytes, a stream, a form, or a plain object or list of pairs with strings, numbers and booleans as values';

/** The arguments of `fetch`. */
export interface HttpRequest {
  readonly url: URL;
  readonly init: RequestInit & { readonly method: string; readonly headers: Headers };
}

/** A response whose body has not been read. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable | ReadableStream<Uint8Array> | null;
  /** Whether the encoding in the header `content-encoding` was removed from the body. */
  readonly isDecoded: boolean;
}

/**
 * Builds the request of a `putRequest`. Validates it here, because the errors of `fetch` quote URLs and headers, which may contain secrets.
 *
 * @throws `InvalidArgument` if the scheme is not http: or https:, if GET or HEAD has data, or if method, headers or data are invalid.
 */
export function buildHttpRequest(url: unknown, { data, method, headers, signal }: PutRequestOptions): HttpRequest {
  const { url: parsedUrl, authorization } = parseUrl(url);
  const verb = (method ?? (data === undefined ? 'GET' : 'POST')).toUpperCase();
  if (!methodGrammar.test(verb) || forbiddenMethods.has(verb))
    throw invalidArgument('`method` must be an HTTP method that `fetch` supports');
  const init: HttpRequest['init'] = { method: verb, headers: buildHeaders(headers, authorization), signal: signal ?? null };
  if (data === undefined) return { url: parsedUrl, init };
  if (verb === 'GET' || verb === 'HEAD') throw invalidArgument(`a ${verb} request must not have \`data\`; use POST or PUT`);
  return { url: parsedUrl, init: { ...init, body: buildBody(data) as NonNullable<RequestInit['body']>, duplex: 'half' } };
}

/** Moves the credentials from the URL to a header: `fetch` rejects URLs with credentials, and quotes them in its message. */
function parseUrl(input: unknown): { url: URL; authorization: string | undefined } {
  const text = isUrl(input) ? input.href : input;
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalidArgument('`url` must be an absolute http: or https: URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalidArgument(`the scheme of \`url\` must be http: or https:, not ${quote(url.protocol)}`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, authorization: undefined };
  const credentials = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  return { url, authorization: `Basic ${credentials}` };
}

function buildHeaders(init: Readonly<Record<string, string>> | undefined, authorization: string | undefined): Headers {
  let headers: Headers;
  try {
    headers = new Headers(init);
  } catch {
    throw invalidArgument('`headers` must contain valid HTTP header names and values');
  }
  if (authorization !== undefined && !headers.has('authorization')) headers.set('authorization', authorization);
  return headers;
}

function buildBody(data: RequestData): unknown {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) throw invalidArgument(invalidData);
  // Copied: the caller may change them before the request is sent.
  if (ArrayBuffer.isView(data)) return new Uint8Array(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return new Uint8Array(Buffer.from(data));
  if (isUrlSearchParams(data)) return new URLSearchParams(String(data));
  if (isFormData(data)) return copyForm(data);
  if (isBlob(data) || isWebStream(data) || Symbol.asyncIterator in data) return data;
  const pairs: readonly unknown[] = isPlainObject(data) ? Object.entries(data) : Array.isArray(data) ? data : [data];
  if (!pairs.every(isPair)) throw invalidArgument(invalidData);
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)]));
}

function copyForm(data: FormData): FormData {
  const form = new FormData();
  for (const [name, value] of data.entries()) {
    if (typeof value === 'string') form.append(name, value);
    else if (value instanceof Blob) form.append(name, value, value.name);
    // A form of another implementation cannot be copied, and passes as it is.
    else return data;
  }
  return form;
}

function isPair(value: unknown): value is [string, string | number | boolean] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && ['string', 'number', 'boolean'].includes(typeof value[1])
  );
}
