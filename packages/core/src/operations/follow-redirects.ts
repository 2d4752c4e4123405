import { Readable } from 'node:stream';
import { types } from 'node:util';
import { StorageError, quote } from '../api/errors.js';
import { isBlob, isFormData, isUrlSearchParams } from '../rules/type-checks.js';
import type { HttpRequest, HttpResponse } from './http-request.js';

/** Sends one request, without following redirects. */
export type SendRequest = (request: HttpRequest) => Promise<HttpResponse>;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects. Requests to another origin do not contain the headers of the caller, because they may contain
 * secrets.
 *
 * @throws `RequestFailed` for more than `maxRedirects` redirects, or if a redirect cannot be followed.
 */
export async function followRedirects(send: SendRequest, first: HttpRequest, maxRedirects: number): Promise<HttpResponse> {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const response = await sendOnce(send, request);
    const location = redirectStatuses.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    discard(response);
    if (redirects >= maxRedirects) throw requestFailed(request, `was redirected more than ${maxRedirects} times (\`maxRedirects\`)`);
    request = redirectedRequest(request, response.status, location);
  }
}

/** Describes a request, without the query, which contains the signature of a presigned URL. */
export function requestLine({ url, init }: HttpRequest): string {
  return `${init.method} ${quote(`${url.origin}${url.pathname}`)}`;
}

/** Closes the connection of a response that is not read. */
export function discard({ body }: HttpResponse): void {
  if (body instanceof Readable) body.on('error', () => {}).destroy();
  else body?.cancel().catch(() => {});
}

async function sendOnce(send: SendRequest, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await send(request);
  } catch (cause) {
    const message = `${requestLine(request)} received no response`;
    throw new StorageError({ code: 'RequestFailed', message, retryable: true, cause });
  }
}

function redirectedRequest(request: HttpRequest, status: number, location: string): HttpRequest {
  const { init } = request;
  if (!URL.canParse(location, request.url.href)) throw requestFailed(request, 'was redirected to an invalid URL');
  const url = new URL(location, request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw requestFailed(request, `was redirected to a URL with the scheme ${quote(url.protocol)}`);
  url.username = '';
  url.password = '';
  // As in `fetch`: the redirect of a form is fetched with GET.
  const becomesGet = status === 303 ? init.method !== 'HEAD' : status < 303 && init.method === 'POST';
  const { body, ...withoutBody } = init;
  const hasBody = body !== undefined && body !== null && !becomesGet;
  if (hasBody && !canResend(body)) throw requestFailed(request, 'was redirected, but its body is a stream, which cannot be sent again');
  const headers = url.origin === request.url.origin ? new Headers(init.headers) : new Headers();
  const contentType = init.headers.get('content-type');
  if (hasBody && contentType !== null) headers.set('content-type', contentType);
  if (!hasBody) for (const name of ['content-type', 'content-encoding', 'content-language', 'content-location']) headers.delete(name);
  const method = becomesGet ? 'GET' : init.method;
  return { url, init: hasBody ? { ...init, method, headers } : { ...withoutBody, method, headers } };
}

function canResend(body: unknown): boolean {
  if (typeof body === 'string' || ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body)) return true;
  return isBlob(body) || isUrlSearchParams(body) || isFormData(body);
}

function requestFailed(request: HttpRequest, message: string): StorageError {
  return new StorageError({ code: 'RequestFailed', message: `${requestLine(request)} ${message}` });
}
