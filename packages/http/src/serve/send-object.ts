import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Writable } from 'node:stream';
import type { Bucket } from '@anybucket/core';
import { nodeHeaders } from './http-request.js';
import type { HttpRequest } from './http-request.js';
import { objectReply } from './object-reply.js';
import type { ServeOptions } from './options.js';
import type { Reply, StreamedBody } from './reply.js';

/** A request of a server of `node:http`, `node:https` or `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** A response of a server of `node:http`, `node:https` or `node:http2`. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/**
 * Sends an object in response to a GET or HEAD request of Node, as `serveObject` does. Waits for slow clients, and releases the store's
 * connection or file when the client disconnects. Headers that were set on the response before are kept, unless the object has them.
 *
 * Resolves when the response was passed to the system, or the client has disconnected.
 *
 * @throws the errors of `Bucket.get` except that of a missing object. If the response has begun, its connection was closed, which shows the
 *   client that the body is incomplete; otherwise nothing was sent.
 *
 * @example
 * app.get('/photos/*key', (req, res) => sendObject(photos, req.params.key.join('/'), req, res));
 */
export async function sendObject(
  bucket: Bucket,
  key: string,
  request: NodeRequest,
  response: NodeResponse,
  options: ServeOptions = {},
): Promise<void> {
  await sendReply(response, options.signal, (signal) => objectReply(bucket, key, nodeRequest(request), { ...options, signal }));
}

/** Returns the part of a Node request that determines the response. */
export function nodeRequest({ method = 'GET', headers }: NodeRequest): HttpRequest {
  return { method, header: nodeHeaders(headers) };
}

/**
 * Creates a response and sends it.
 *
 * @param create receives a signal that is aborted when the client disconnects.
 */
export async function sendReply(
  response: NodeResponse,
  signal: AbortSignal | undefined,
  create: (signal: AbortSignal) => Promise<Reply>,
): Promise<void> {
  const disconnection = new AbortController();
  const abort = (): void => {
    if (!response.writableFinished) disconnection.abort();
  };
  response.once('close', abort);
  try {
    if (response.destroyed) return;
    const reply = await create(signal === undefined ? disconnection.signal : AbortSignal.any([signal, disconnection.signal]));
    await write(response, reply);
  } catch (error) {
    if (response.headersSent) response.destroy();
    if (!disconnection.signal.aborted) throw error;
  } finally {
    response.off('close', abort);
  }
}

async function write(response: NodeResponse, { status, headers, body }: Reply): Promise<void> {
  const isStreamed = body !== undefined && !Buffer.isBuffer(body);
  if (response.destroyed) {
    if (isStreamed) await body.cancel();
    return;
  }
  // By name, since the responses of HTTP/2 and of frameworks have different overloads of `writeHead`.
  for (const name in headers) response.setHeader(name, name === 'Vary' ? joinVary(response, headers[name] ?? '') : (headers[name] ?? ''));
  response.statusCode = status;
  if (isStreamed) await stream(response, body);
  else if (body === undefined) response.end();
  else response.end(body);
}

/** Adds to the `Vary` of a middleware, such as that of CORS. */
function joinVary(response: NodeResponse, vary: string): string {
  const existing = response.getHeader('Vary');
  return existing === undefined ? vary : `${String(existing)}, ${vary}`;
}

async function stream(response: Writable, body: StreamedBody): Promise<void> {
  let wake = (): void => {};
  const onDrain = (): void => wake();
  const onClose = (): void => {
    wake();
    // Ends a read that waits for the store.
    void body.cancel();
  };
  response.on('drain', onDrain).on('close', onClose);
  try {
    // Borrowed chunks exceed the buffer of the response, except for the last one, so each is written before the next is requested.
    for await (const chunk of body.borrow?.() ?? body.stream()) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
      if (response.destroyed) return;
    }
    response.end();
  } finally {
    response.off('drain', onDrain).off('close', onClose);
    await body.cancel();
  }
}
