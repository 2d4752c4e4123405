import { Readable } from 'node:stream';
import { StorageError, invalidArgument } from '../api/errors.js';
import type { PutData } from '../api/options.js';
import { asBuffer, slices } from './chunks.js';
import { isStoredObject } from './stored-object.js';
import type { StoredObject } from './stored-object.js';

/** Bytes that come from a caller: whole, or chunk by chunk. */
export interface Source {
  /** Bytes, where it is known before reading. */
  readonly size?: number;
  /** All of it, where it is in memory. */
  readonly bytes?: Buffer;
  /** The chunks. Called once. */
  open(): AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>;
  /** Closes what the caller handed in, also when it was never opened. A second call does nothing. */
  close(): void;
}

const sliceBytes = 256 * 1024;
const nothing = (): void => {};

/**
 * Finds out what was handed in. Reads nothing.
 * @throws `InvalidArgument` for what holds no bytes, `BodyUsed` for a stream that was read before.
 */
export function sourceOf(data: PutData): Source {
  if (typeof data === 'string') return ofBytes(Buffer.from(data));
  if (ArrayBuffer.isView(data)) return ofBytes(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return ofBytes(Buffer.from(data));
  if (isStoredObject(data)) return ofStoredObject(data);
  if (data instanceof Blob) return { ...ofWebStream(data.stream() as ReadableStream<Uint8Array>), size: data.size };
  if (data instanceof Readable) return ofNodeStream(data);
  if (data instanceof ReadableStream) return ofWebStream(data);
  if (typeof data === 'object' && data !== null) {
    if (Symbol.asyncIterator in data) return ofIterator(() => data[Symbol.asyncIterator]());
    if (Symbol.iterator in data) return ofIterator(() => data[Symbol.iterator]());
  }
  throw invalidArgument('the data must be a string, bytes, a Blob, a stream, or an (async) iterable of bytes');
}

/** Closes what was handed in to a call that was refused before it looked at it; what is no source, or is in use elsewhere, stays as it is. */
export function closeUnread(data: PutData): void {
  try {
    sourceOf(data).close();
  } catch {
    // The call is refused for another reason already.
  }
}

/** A chunk as bytes. @throws `InvalidArgument` for a chunk of another kind. */
export function chunkBytes(chunk: unknown): Buffer {
  if (chunk instanceof Uint8Array) return asBuffer(chunk);
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw invalidArgument(`the data gave a chunk of type ${typeof chunk}, not bytes`);
}

function ofBytes(bytes: Buffer): Source {
  return { size: bytes.length, bytes, open: () => slices(bytes, sliceBytes), close: nothing };
}

function ofStoredObject(object: StoredObject): Source {
  if (object.bodyUsed) throw used();
  const { info, range } = object;
  return { ...ofIterator(() => object.stream()), size: range === undefined ? info.size : range.end - range.start };
}

function ofNodeStream(stream: Readable): Source {
  // One of which only a part was read is fine: the rest is meant then.
  if (stream.destroyed || stream.readableEnded) throw used(stream.errored);
  // Until it is read nobody else listens, and an `error` event without a listener ends the process.
  stream.on('error', nothing);
  return {
    open: () => stream[Symbol.asyncIterator](),
    close: once(() => {
      if (stream.closed) stream.off('error', nothing);
      else stream.once('close', () => stream.off('error', nothing)).destroy();
    }),
  };
}

function ofWebStream(stream: ReadableStream<Uint8Array>): Source {
  if (stream.locked || Readable.isDisturbed(stream as unknown as NodeJS.ReadableStream)) throw used();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const claim = (): ReadableStreamDefaultReader<Uint8Array> => (reader ??= stream.getReader());
  return {
    open: () => ({ next: () => claim().read() as Promise<IteratorResult<Uint8Array, undefined>> }),
    // Not by the stream's own iterator: its `return` waits for a read that hangs.
    close: once(async () => {
      await claim().cancel();
      claim().releaseLock();
    }),
  };
}

function ofIterator(make: () => AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>): Source {
  let iterator: ReturnType<typeof make> | undefined;
  return {
    open: () => (iterator ??= make()),
    close: once(async () => (iterator ??= make()).return?.()),
  };
}

/** Closes a source, once. One that fails while it is closed has nothing more to tell: the call has failed, or is done. */
function once(close: () => unknown): () => void {
  let closed = false;
  return () => {
    if (closed) return;
    closed = true;
    void (async () => close())().catch(nothing);
  };
}

function used(cause?: unknown): StorageError {
  return new StorageError({ code: 'BodyUsed', message: 'the stream was read or destroyed before', cause: cause ?? undefined });
}
