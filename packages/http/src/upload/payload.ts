import { StorageError } from '@anybucket/core';
import type { NodeRequest } from '../serve/send-object.js';
import { nodeHeaders, webHeaders } from '../serve/http-request.js';
import type { RequestHeaders } from '../serve/http-request.js';
import { UploadError } from './upload-error.js';

/** After a failed upload, a client that sends more than this, or takes longer, loses its connection. */
const maxDiscardedBytes = 16 * 2 ** 20;
const maxDiscardMs = 5000;

/** The payload of a request, which can be read once. */
export interface Payload {
  readonly header: RequestHeaders;
  /** Aborted when the client disconnects, if the request has such a signal. */
  readonly signal: AbortSignal | undefined;
  /** @throws `ClientDisconnected`. Ending the iteration early does not close the connection. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Reads and drops the rest: a client that is still sending would otherwise see a broken connection instead of the response. */
  discard(): void;
}

/** Returns the payload of a request. @throws `BodyUsed` if it was already read. */
export function payloadOf(request: Request | NodeRequest): Payload {
  return 'formData' in request ? webPayload(request) : nodePayload(request);
}

function webPayload(request: Request): Payload {
  if (request.bodyUsed) throw bodyUsed();
  const reader = request.body?.getReader();
  const next = (): Promise<Uint8Array | undefined> => (reader === undefined ? Promise.resolve(undefined) : read(reader));
  return {
    header: webHeaders(request.headers),
    signal: request.signal,
    chunks: () => readAll(next),
    discard: () => void drop(next, () => reader?.cancel()),
  };
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  const { value, done } = await reader.read();
  return done ? undefined : value;
}

function nodePayload(request: NodeRequest): Payload {
  if (request.readableDidRead || request.readableEnded) throw bodyUsed();
  // Destroying the request would close the connection before the response is sent.
  const iterator = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array, undefined>;
  const next = async (): Promise<Uint8Array | undefined> => {
    return (await iterator.next()).value;
  };
  return {
    header: nodeHeaders(request.headers),
    signal: undefined,
    chunks: () => readAll(next),
    discard: () => void drop(next, () => request.destroy()),
  };
}

async function* readAll(next: () => Promise<Uint8Array | undefined>): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const chunk = await next().catch((cause: unknown) => {
      throw clientDisconnected(cause);
    });
    if (chunk === undefined) return;
    yield chunk;
  }
}

async function drop(next: () => Promise<Uint8Array | undefined>, close: () => unknown): Promise<void> {
  let discarded = 0;
  const timer = setTimeout(close, maxDiscardMs).unref();
  try {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      discarded += chunk.length;
      if (discarded <= maxDiscardedBytes) continue;
      close();
      return;
    }
  } catch {
    // The client is gone.
  } finally {
    clearTimeout(timer);
  }
}

/** Creates the error of a request that ends early. */
export function clientDisconnected(cause: unknown): UploadError {
  return new UploadError('ClientDisconnected', 'the client disconnected before the request was complete', { cause });
}

function bodyUsed(): StorageError {
  const message = 'the body of the request was already read; receive uploads before, or without, a body parser';
  return new StorageError({ code: 'BodyUsed', message });
}
