/** The body of a request. */
export type Payload = Uint8Array | StreamedPayload;

/** A body that is sent while it is read. It can be sent only once. */
interface StreamedPayload {
  /** Total size in bytes. */
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Maximum bytes per write of a buffer: small enough for each write to show progress before the idle timeout. */
const writeBytes = 1024 * 1024;

/** Larger payloads are sent with `Expect: 100-continue`, so that a refused request does not transfer its body. */
const expectContinueBytes = 256 * 1024;

/** Returns the size in bytes. */
export function payloadSize(payload: Payload): number {
  return payload instanceof Uint8Array ? payload.byteLength : payload.size;
}

/** Tells whether a payload is sent with `Expect: 100-continue`. */
export function usesExpectContinue(payload: Payload): boolean {
  return !(payload instanceof Uint8Array) || payload.byteLength > expectContinueBytes;
}

/**
 * Yields the payload in chunks. The last chunk of a stream is held back until the stream has ended without an error, so that a body that
 * fails its checks never becomes a complete request.
 */
export async function* payloadChunks(payload: Payload): AsyncGenerator<Uint8Array, void, undefined> {
  if (payload instanceof Uint8Array) {
    for (let start = 0; start < payload.byteLength; start += writeBytes) yield payload.subarray(start, start + writeBytes);
    return;
  }
  let pending: Uint8Array | undefined;
  for await (const chunk of payload.chunks) {
    if (chunk.byteLength === 0) continue;
    if (pending !== undefined) yield pending;
    // A source may reuse the buffer of a chunk, which is still pending here and in the socket.
    pending = Buffer.from(chunk);
  }
  if (pending !== undefined) yield pending;
}
