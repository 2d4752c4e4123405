import { unescape } from 'node:querystring';
import type { PutRequestOptions, RequestData } from '../api/options.js';
import { invalidArgument } from '../api/errors.js';
import { isRecord } from '../rules/plain-objects.js';

const methodGrammar = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);
const acceptedData = '`data` must be text, bytes, a stream, a form, or an object or list of pairs of text, numbers and booleans';

/** An HTTP request as `fetch` takes it. */
export interface HttpRequest {
  readonly address: URL;
  readonly init: RequestInit & { readonly method: string };
}

/**
 * Makes the request of a `putRequest`. Refused here, nothing of it is quoted, as it may be a secret; `fetch` would quote it.
 * @throws `InvalidArgument` for another scheme than http: and https:, GET with data, and what HTTP can't carry.
 */
export function httpRequest(url: unknown, { data, method, headers, signal }: PutRequestOptions): HttpRequest {
  const { address, authorization } = parseUrl(url);
  const verb = (method ?? (data === undefined ? 'GET' : 'POST')).toUpperCase();
  if (!methodGrammar.test(verb) || forbiddenMethods.has(verb)) throw invalidArgument('`method` is none that `fetch` sends');
  const init: HttpRequest['init'] = { method: verb, headers: requestHeaders(headers, authorization), signal: signal ?? null };
  if (data === undefined) return { address, init };
  if (verb === 'GET' || verb === 'HEAD') throw invalidArgument(`a ${verb} request carries no \`data\``);
  return { address, init: { ...init, body: requestBody(data) as NonNullable<RequestInit['body']>, duplex: 'half' } };
}

/** Takes the credentials out of the URL: `fetch` refuses them there, with the whole URL in its message. */
function parseUrl(url: unknown): { address: URL; authorization: string | undefined } {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalidArgument('`url` must be an absolute http: or https: URL');
  const address = new URL(text);
  if (address.protocol !== 'http:' && address.protocol !== 'https:')
    throw invalidArgument(`\`url\` must be of http: or https:, not ${address.protocol}`);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (username === '' && password === '') return { address, authorization: undefined };
  const credentials = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  return { address, authorization: `Basic ${credentials}` };
}

function requestHeaders(given: Readonly<Record<string, string>> | undefined, authorization: string | undefined): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    throw invalidArgument('`headers` has a name or a value that HTTP cannot carry');
  }
  if (authorization !== undefined && !headers.has('authorization')) headers.set('authorization', authorization);
  return headers;
}

function requestBody(data: RequestData): unknown {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) throw invalidArgument(acceptedData);
  const ready =
    ArrayBuffer.isView(data) ||
    [ArrayBuffer, Blob, URLSearchParams, FormData, ReadableStream].some((type) => data instanceof type) ||
    Symbol.asyncIterator in data;
  if (ready) return data;
  const pairs: readonly unknown[] = isRecord(data) ? Object.entries(data) : Array.isArray(data) ? data : [data];
  if (!pairs.every(isPair)) throw invalidArgument(acceptedData);
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)]));
}

function isPair(value: unknown): value is [string, string | number | boolean] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && ['string', 'number', 'boolean'].includes(typeof value[1])
  );
}
