import { Readable } from 'node:stream';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import type { PutData } from '../api/options.js';
import { asBuffer, slices } from './chunks.js';
import { isStoredObject } from './stored-object.js';
import type { StoredObject } from './stored-object.js';

/** The data of a put, normalised to an iterator of chunks. */
export interface Source {
  /** Size in bytes. Absent if it is unknown before reading. */
  readonly size?: number;
  /** The whole data. Absent if it is not in memory. */
  readonly bytes?: Buffer;
  /** Starts reading. Must be called once at most. */
  open(): AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>;
  /** Closes the data of the caller, even if it was never opened. Further calls have no effect. */
  close(): void;
}

const sliceBytes = 256 * 1024;
const noop = (): void => {};

/**
 * Creates a source from the data of a put, without reading it.
 *
 * @throws `InvalidArgument` if the data has an unsupported type, `BodyUsed` if a stream was already read or destroyed.
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
  throw invalidArgument(`the data must be a string, bytes, a Blob, a stream, or an (async) iterable of bytes, not ${describeValue(data)}`);
}

/** Closes the data of a put that was rejected before it created a source. Ignores invalid data and streams that are in use elsewhere. */
export function closeUnread(data: PutData): void {
  try {
    sourceOf(data).close();
  } catch {
    // The call already fails for another reason.
  }
}

/** Returns a chunk as bytes. @throws `InvalidArgument` if it is neither bytes nor a string. */
export function chunkBytes(chunk: unknown): Buffer {
  if (chunk instanceof Uint8Array) return asBuffer(chunk);
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw invalidArgument(`the chunks of the data must be bytes or strings, not ${describeValue(chunk)}`);
}

function ofBytes(bytes: Buffer): Source {
  return { size: bytes.length, bytes, open: () => slices(bytes, sliceBytes), close: noop };
}

function ofStoredObject(object: StoredObject): Source {
  if (object.bodyUsed) throw bodyUsed();
  const { info, range } = object;
  return { ...ofIterator(() => object.stream()), size: range === undefined ? info.size : range.end - range.start };
}

function ofNodeStream(stream: Readable): Source {
  // A partly read stream is accepted: the rest is stored.
  if (stream.destroyed || stream.readableEnded) throw bodyUsed(stream.errored);
  // An `error` event without a listener would end the process; reading adds a listener only later.
  stream.on('error', noop);
  return {
    open: () => stream[Symbol.asyncIterator](),
    close: closeOnce(() => {
      if (stream.closed) stream.off('error', noop);
      else stream.once('close', () => stream.off('error', noop)).destroy();
    }),
  };
}

function ofWebStream(stream: ReadableStream<Uint8Array>): Source {
  if (stream.locked || Readable.isDisturbed(stream as unknown as NodeJS.ReadableStream)) throw bodyUsed();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const acquireReader = (): ReadableStreamDefaultReader<Uint8Array> => (reader ??= stream.getReader());
  return {
    open: () => ({ next: () => acquireReader().read() as Promise<IteratorResult<Uint8Array, undefined>> }),
    // Not the iterator of the stream, whose `return` waits for a pending read.
    close: closeOnce(async () => {
      await acquireReader().cancel();
      acquireReader().releaseLock();
    }),
  };
}

function ofIterator(createIterator: () => AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>): Source {
  let iterator: ReturnType<typeof createIterator> | undefined;
  return {
    open: () => (iterator ??= createIterator()),
    close: closeOnce(async () => (iterator ??= createIterator()).return?.()),
  };
}

/** Returns a function that closes a source once. Ignores failures, because the put has already succeeded or failed. */
function closeOnce(close: () => unknown): () => void {
  let closed = false;
  return () => {
    if (closed) return;
    closed = true;
    void (async () => close())().catch(noop);
  };
}

function bodyUsed(cause?: unknown): StorageError {
  return new StorageError({ code: 'BodyUsed', message: 'the stream was already read or destroyed', cause: cause ?? undefined });
}
