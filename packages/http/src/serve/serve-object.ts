import type { Bucket } from '@anybucket/core';
import { webHeaders } from './http-request.js';
import type { HttpRequest } from './http-request.js';
import { objectReply } from './object-reply.js';
import type { ServeOptions } from './options.js';
import type { Reply, StreamedBody } from './reply.js';

/**
 * Returns the response to a GET or HEAD request for an object, for frameworks with web requests and responses. Evaluates ranges and conditions
 * as RFC 9110 requires. A missing object is a 404, another method a 405, a malformed `If-Match` a 400. The store is called once, apart from
 * ranges that overlap or do not exist. Cancelling the body of the response releases the store's connection or file.
 *
 * @throws the other errors of `Bucket.get`, such as `ConnectionFailed` or `NoSuchBucket`.
 *
 * @example
 * app.get('/photos/:key{.+}', ({ req }) => serveObject(photos, req.param('key'), req.raw));
 */
export async function serveObject(bucket: Bucket, key: string, request: Request, options: ServeOptions = {}): Promise<Response> {
  return webResponse(await objectReply(bucket, key, webRequest(request), withSignal(request, options)));
}

/** Returns the part of a web request that determines the response. */
export function webRequest({ method, headers }: Request): HttpRequest {
  return { method, header: webHeaders(headers) };
}

/** Returns options with the signal of the request. */
function withSignal<Options extends ServeOptions>({ signal }: Request, options: Options): Options {
  return { ...options, signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]) };
}

/** Converts a response to a web response. */
export function webResponse({ status, headers, body }: Reply): Response {
  return new Response(body === undefined || Buffer.isBuffer(body) ? (body ?? null) : toWebStream(body), { status, headers });
}

function toWebStream(body: StreamedBody): ReadableStream<Uint8Array> {
  const chunks = body.stream();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await body.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}
