import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { Readable, pipeline } from 'node:stream';
import type { Transform } from 'node:stream';
import { types } from 'node:util';
import { isBlob, isFormData, isUrlSearchParams, isWebStream } from '../rules/type-checks.js';
import type { HttpRequest, HttpResponse } from './http-request.js';
import { errnoOf } from './to-storage-error.js';

/** Maximum time without data in milliseconds, as in `fetch` of Node. */
const idleTimeoutMs = 300_000;
const maxCodings = 5;
const defaultHeaders = [
  ['accept', '*/*'],
  ['accept-encoding', 'gzip, deflate, br'],
  ['user-agent', 'anybucket'],
] as const;

/**
 * Sends a request and returns the response with its body decoded. Unlike `fetch`, which accepts a truncated gzip body, the body throws if
 * its encoding or its transfer is incomplete.
 */
export async function sendWithNode(request: HttpRequest): Promise<HttpResponse> {
  const { init } = request;
  const headers = new Headers(init.headers);
  const body = await encodeBody(init.body, headers);
  for (const [name, value] of defaultHeaders) if (!headers.has(name)) headers.set(name, value);
  return decodeResponse(init.method, await exchange(request, headers, body));
}

async function exchange(
  { url, init }: HttpRequest,
  headers: Headers,
  body: Readable | Buffer | undefined,
  isRetry = false,
): Promise<IncomingMessage> {
  const { method, signal } = init;
  // On demand: these modules take 10 ms to load.
  const { request: send } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: Object.fromEntries(headers), signal: signal ?? undefined });
    request.setTimeout(idleTimeoutMs, () => request.destroy(new Error(`no data was received for ${idleTimeoutMs / 1000} s`)));
    request.once('response', (response) => {
      resolve(response);
      // The server did not want the rest of the body: it must not be sent after the call.
      response.once('close', () => {
        if (!request.writableFinished) request.destroy();
      });
    });
    // Not `once`: the connection may fail again after the response.
    request.on('error', (error) => {
      // The server closed an idle connection while the request was sent on it.
      const mayRetry = request.reusedSocket && body === undefined && !isRetry && errnoOf(error) === 'ECONNRESET';
      if (mayRetry) resolve(exchange({ url, init }, headers, body, true));
      else reject(error);
    });
    if (body instanceof Readable) pipeline(body, request, (error) => error && request.destroy(error));
    else request.end(body);
  });
}

async function decodeResponse(method: string, response: IncomingMessage): Promise<HttpResponse> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  const status = response.statusCode ?? 0;
  const codings = codingsOf(headers.get('content-encoding'));
  if (method === 'HEAD' || status === 204 || status === 304 || headers.get('content-length') === '0') {
    // The decoders report an empty body as truncated.
    response.resume();
    return { status, headers, body: null, isDecoded: codings.length > 0 };
  }
  if (codings.length === 0) return { status, headers, body: response, isDecoded: false };
  const decoders = await decodersFor(codings, response);
  if (decoders === undefined) return { status, headers, body: response, isDecoded: false };
  const body = decoders.reduce<Readable>((source, decoder) => pipeline(source, decoder, () => {}), response);
  return { status, headers, body, isDecoded: true };
}

/** Returns the codings of a body in the order of decoding. */
function codingsOf(contentEncoding: string | null): string[] {
  const codings = (contentEncoding ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => coding !== '' && coding !== 'identity').reverse();
}

/** Creates the decoders of a body; undefined if a coding is not supported. */
async function decodersFor(codings: readonly string[], response: IncomingMessage): Promise<Transform[] | undefined> {
  if (codings.length > maxCodings) return undefined;
  const { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } = await import('node:zlib');
  const decoders: Transform[] = [];
  for (const [index, coding] of codings.entries()) {
    if (coding === 'gzip' || coding === 'x-gzip') decoders.push(createGunzip());
    else if (coding === 'br') decoders.push(createBrotliDecompress());
    else if (coding === 'deflate') decoders.push(index === 0 && (await isRawDeflate(response)) ? createInflateRaw() : createInflate());
    else return undefined;
  }
  return decoders;
}

/** Returns whether the zlib header is missing. Some servers omit it. */
async function isRawDeflate(response: IncomingMessage): Promise<boolean> {
  let chunk = response.read() as Buffer | null;
  if (chunk === null && !response.readableEnded) {
    // An error is thrown again when the body is read.
    await once(response, 'readable').catch(() => {});
    chunk = response.read() as Buffer | null;
  }
  if (chunk === null || chunk.length === 0) return false;
  response.unshift(chunk);
  return ((chunk[0] ?? 0) & 0x0f) !== 8;
}

/** Serialises a body. Sets the headers `content-type`, unless it is given, and `content-length`, if it is known. */
async function encodeBody(body: unknown, headers: Headers): Promise<Readable | Buffer | undefined> {
  if (body === undefined || body === null) return undefined;
  const setType = (type: string): void => {
    if (type !== '' && !headers.has('content-type')) headers.set('content-type', type);
  };
  const setLength = (length: number): void => headers.set('content-length', String(length));
  if (isBlob(body)) {
    setType(body.type);
    setLength(body.size);
    return Readable.fromWeb(body.stream());
  }
  if (isWebStream(body)) return Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  const bytes = await bytesOf(body, setType);
  if (bytes === undefined) return Readable.from(body as AsyncIterable<Uint8Array>, { objectMode: false });
  setLength(bytes.length);
  return bytes;
}

async function bytesOf(body: unknown, setType: (type: string) => void): Promise<Buffer | undefined> {
  if (typeof body === 'string') {
    setType('text/plain;charset=UTF-8');
    return Buffer.from(body);
  }
  if (isUrlSearchParams(body)) {
    setType('application/x-www-form-urlencoded;charset=UTF-8');
    return Buffer.from(String(body));
  }
  if (isFormData(body)) {
    const form = new Response(body);
    setType(form.headers.get('content-type') ?? '');
    return Buffer.from(await form.arrayBuffer());
  }
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return types.isAnyArrayBuffer(body) ? Buffer.from(body) : undefined;
}
