/** What a request carries. */
export type Payload = Uint8Array | StreamedPayload;

/** A body that is sent while it is read, once. */
interface StreamedPayload {
  /** Bytes in all. */
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Chunks in which a block goes out: small enough that each tells of progress before a time-out. */
const sliceBytes = 1024 * 1024;

/**
 * Below this a request is sent at once; above, the server is first asked to go on (`Expect: 100-continue`), so that one that refuses
 * is heard before the body is spent on it.
 */
const askFirstBytes = 256 * 1024;

/** Bytes that a request carries. */
export function payloadSize(payload: Payload): number {
  return payload instanceof Uint8Array ? payload.byteLength : payload.size;
}

/** Tells whether the server is to be asked before the body goes out. */
export function asksFirst(payload: Payload): boolean {
  return !(payload instanceof Uint8Array) || payload.byteLength > askFirstBytes;
}

/**
 * The pieces in which a payload is written. Of a stream the last is given out only after the stream has ended well: a body that turns
 * out to be wrong at its end never becomes a whole request.
 */
export async function* pieces(payload: Payload): AsyncGenerator<Uint8Array, void, undefined> {
  if (payload instanceof Uint8Array) {
    for (let start = 0; start < payload.byteLength; start += sliceBytes) yield payload.subarray(start, start + sliceBytes);
    return;
  }
  let held: Uint8Array | undefined;
  for await (const chunk of payload.chunks) {
    if (chunk.byteLength === 0) continue;
    if (held !== undefined) yield held;
    // A source may fill the same memory anew for its next chunk, and this one waits: here, and in the socket.
    held = Buffer.from(chunk);
  }
  if (held !== undefined) yield held;
}
