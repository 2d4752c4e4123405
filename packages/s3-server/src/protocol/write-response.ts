import type { ServerResponse } from 'node:http';
import { hostId } from './request-id.js';
import type { S3Response, StreamedBody } from './s3-response.js';

/** The id of a request, and the headers that depend on it, such as those of CORS. */
export interface ResponseContext {
  readonly method: string;
  readonly requestId: string;
  /** As name, value, name, value. */
  readonly headers: readonly string[];
}

/** The last value follows for each request. */
const commonHeaders = [
  'Server',
  'anybucket',
  'Accept-Ranges',
  'bytes',
  'X-Content-Type-Options',
  'nosniff',
  'x-amz-id-2',
  hostId,
  'x-amz-request-id',
];

/** Sends a response. @returns the number of bytes of the body that were sent. Resolves early if the client closes the connection. */
export async function writeResponse(
  response: ServerResponse,
  { status, headers, body }: S3Response,
  context: ResponseContext,
): Promise<number> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const allHeaders = [...commonHeaders, context.requestId, ...context.headers, ...headers];
  const isStreamed = bytes !== undefined && !Buffer.isBuffer(bytes);
  if (!isStreamed && hasLength(status, headers)) allHeaders.push('Content-Length', String(bytes?.length ?? 0));
  try {
    response.writeHead(status, allHeaders);
  } catch (error) {
    // A value of another program, such as a content type, may not be valid in a header.
    await cancelBody({ status, headers, body });
    throw error;
  }
  if (isStreamed) return context.method === 'HEAD' ? discard(response, bytes) : stream(response, bytes);
  if (context.method === 'HEAD' || bytes === undefined) {
    response.end();
    return 0;
  }
  response.end(bytes);
  return bytes.length;
}

/** Releases the body of a response that is not sent. */
export async function cancelBody({ body }: S3Response): Promise<void> {
  if (typeof body === 'object' && !Buffer.isBuffer(body)) await body.cancel();
}

/** Returns whether the length of the body must be added. Responses without content have none, and those to HEAD have that of the object. */
function hasLength(status: number, headers: readonly string[]): boolean {
  return status !== 204 && status !== 304 && !headers.includes('Content-Length');
}

async function discard(response: ServerResponse, body: StreamedBody): Promise<number> {
  response.end();
  await body.cancel();
  return 0;
}

/** Sends a chunk while the next one is read. */
async function stream(response: ServerResponse, body: StreamedBody): Promise<number> {
  let sent = 0;
  let wake = (): void => {};
  const onClose = (): void => {
    wake();
    // Ends a read that waits for the datastore.
    void body.cancel();
  };
  response.on('close', onClose);
  try {
    const chunks = body.stream()[Symbol.asyncIterator]();
    let next = chunks.next();
    for (let chunk = await next; chunk.done !== true && !response.destroyed; chunk = await next) {
      const { value } = chunk;
      sent += value.length;
      // Not until `drain`: the memory of a chunk is used again once it is written. A closed connection calls nothing back.
      const written = new Promise<void>((resolve) => {
        wake = resolve;
        response.write(value, () => resolve());
      });
      next = chunks.next();
      // Reported when it is awaited.
      next.catch(() => {});
      await written;
    }
    response.end();
  } catch (error) {
    if (response.destroyed) return sent;
    // The status is already sent: only a broken connection shows the client that the body is incomplete.
    response.destroy();
    throw error;
  } finally {
    await body.cancel();
  }
  return sent;
}
