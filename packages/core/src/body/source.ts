import { Readable } from 'node:stream';
import { types } from 'node:util';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import type { PutData } from '../api/options.js';
import { isBlob, isWebStream } from '../rules/type-checks.js';
import { asBuffer, slices } from './chunks.js';
import { isStoredObject } from './stored-object.js';
import type { StoredObject } from './stored-object.js';

/** The data of a put, normalised to an iterator of chunks. */
export interface Source {
  /** Size in bytes. Absent if it is unknown before reading. */
  readonly size?: number;
  /** The whole data, which never changes. Absent if it is not in memory, or larger than 1 MiB. */
  readonly bytes?: Buffer;
  /** Whether the chunks never change. Chunks of an iterable belong to the caller. */
  readonly stable?: boolean;
  /** Starts reading. Must be called once at most. */
  open(): AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>;
  /** Closes the data of the caller, even if it was never opened. Further calls have no effect. */
  close(): void;
}

type ChunkIterator = AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>;

/** Larger bodies in memory are streamed in blocks instead of passed as a whole. */
const maxWholeBytes = 2 ** 20;
const blockBytes = 256 * 1024;
const noop = (): void => {};

// Global, so that it also works between two copies of this package.
const registry = Symbol.for('anybucket.usedIterators');
const globals = globalThis as { [registry]?: WeakSet<object> };
/** The iterators that were passed to a put. A second put would share their chunks, or store nothing. */
const usedIterators = (globals[registry] ??= new WeakSet());

/**
 * Creates a source from the data of a put, without reading it. Copies bytes of the caller, and claims streams and iterators, so that
 * neither a later change nor another reader can affect the put.
 *
 * @throws `InvalidArgument` if the data has an unsupported type, `BodyUsed` if a stream or iterator was already read, destroyed, passed to
 *   another put, or is being read elsewhere.
 */
export function sourceOf(data: PutData): Source {
  if (typeof data === 'string') return sourceOfOwnedBytes(Buffer.from(data));
  if (types.isUint8Array(data)) return copyOf(data);
  if (ArrayBuffer.isView(data)) return copyOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return copyOf(new Uint8Array(data));
  if (isStoredObject(data)) return ofStoredObject(data);
  if (isBlob(data)) return { ...ofWebStream(data.stream() as ReadableStream<Uint8Array>), size: data.size };
  if (isNodeStream(data)) return ofNodeStream(data);
  if (isWebStream(data)) return ofWebStream(data);
  if (typeof data === 'object' && data !== null) {
    if (Symbol.asyncIterator in data) return ofIterator(() => data[Symbol.asyncIterator]());
    if (Symbol.iterator in data) return ofIterator(() => data[Symbol.iterator]());
  }
  throw invalidArgument(`the data must be a string, bytes, a Blob, a stream, or an (async) iterable of bytes, not ${describeValue(data)}`);
}

/** Creates a source from bytes that nothing else refers to. Does not copy them. */
export function sourceOfOwnedBytes(bytes: Buffer): Source {
  return bytes.length <= maxWholeBytes
    ? new WholeSource(bytes)
    : { size: bytes.length, stable: true, open: () => slices(bytes, blockBytes), close: noop };
}

/** Bytes that are passed to the driver as a whole. A class: closures and a spread would take longer than the rest of a small put in memory. */
class WholeSource implements Source {
  readonly size: number;
  readonly bytes: Buffer;
  readonly stable = true;

  constructor(bytes: Buffer) {
    this.size = bytes.length;
    this.bytes = bytes;
  }

  open(): Iterator<Uint8Array> {
    return slices(this.bytes, blockBytes);
  }

  close(): void {}
}

/** Yields the chunks of a source as bytes. */
export async function* chunksOf(source: Source): AsyncGenerator<Buffer, void, undefined> {
  const iterator = source.open();
  const encoder = new ChunkEncoder();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield encoder.encode(next.value);
  const rest = encoder.end();
  if (rest.length > 0) yield rest;
}

/** Closes the data of a put that was rejected before it created a source. Ignores invalid data and streams that are in use elsewhere. */
export function closeUnread(data: PutData): void {
  try {
    sourceOf(data).close();
  } catch {
    // The call already fails for another reason.
  }
}

/** Converts chunks to bytes. Strings may be split anywhere, also within a surrogate pair. */
export class ChunkEncoder {
  /** The first half of a surrogate pair at the end of a string. */
  #pending = '';

  /** @throws `InvalidArgument` for a chunk that is neither bytes nor a string. */
  encode(chunk: unknown): Buffer {
    if (types.isUint8Array(chunk)) return this.#pending === '' ? asBuffer(chunk) : Buffer.concat([this.end(), chunk]);
    if (typeof chunk !== 'string') throw invalidArgument(`the chunks of the data must be bytes or strings, not ${describeValue(chunk)}`);
    const text = this.#pending + chunk;
    this.#pending = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
    return Buffer.from(text.slice(0, text.length - this.#pending.length));
  }

  /** Returns the bytes of half a surrogate pair whose other half is missing. */
  end(): Buffer {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    return bytes;
  }
}

/** Copies bytes of the caller. Large ones are copied in blocks, whose memory the allocator reuses, unlike that of one large buffer. */
function copyOf(bytes: Uint8Array): Source {
  if (bytes.length <= maxWholeBytes) return sourceOfOwnedBytes(Buffer.from(bytes));
  const blocks = Array.from(slices(bytes, blockBytes), (slice) => Buffer.from(slice)).reverse();
  return { size: bytes.length, stable: true, open: () => drain(blocks), close: () => void (blocks.length = 0) };
}

/** Yields blocks from the last one to the first, and releases each before it yields the next. */
function* drain(blocks: Buffer[]): Generator<Buffer, void, undefined> {
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) yield block;
}

function ofStoredObject(object: StoredObject): Source {
  if (object.bodyUsed) throw bodyUsed();
  const { info, range } = object;
  return { ...ofIterator(() => object.stream()), size: range === undefined ? info.size : range.end - range.start };
}

/** Returns whether a value is a stream of Node, including those of the package `readable-stream`. */
function isNodeStream(value: unknown): value is Readable {
  if (value instanceof Readable) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    ['on', 'once', 'off', 'read', 'pipe', 'destroy', 'listenerCount'].every(
      (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function',
    )
  );
}

function ofNodeStream(stream: Readable): Source {
  // A partly read stream is accepted: the rest is stored.
  if (stream.destroyed || stream.readableEnded) throw bodyUsed(stream.errored);
  if (stream.readableFlowing === true || stream.listenerCount('readable') > 0) {
    const message = 'the stream is being read elsewhere: it is flowing, piped, iterated, or has a `readable` listener';
    throw new StorageError({ code: 'BodyUsed', message });
  }
  // An `error` event without a listener would end the process; reading adds a listener only later.
  stream.on('error', noop);
  // Claims the stream: it cannot flow while it has this listener, and other puts reject it.
  stream.on('readable', noop);
  return {
    open: () => stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>,
    close: closeOnce(() => {
      stream.off('readable', noop);
      if (stream.closed) stream.off('error', noop);
      else stream.once('close', () => stream.off('error', noop)).destroy();
    }),
  };
}

function ofWebStream(stream: ReadableStream<Uint8Array>): Source {
  if (stream.locked || Readable.isDisturbed(stream as unknown as NodeJS.ReadableStream)) throw bodyUsed();
  const reader = stream.getReader();
  return {
    open: () => ({ next: () => reader.read() as Promise<IteratorResult<Uint8Array, undefined>> }),
    // Not the iterator of the stream, whose `return` waits for a pending read.
    close: closeOnce(async () => {
      await reader.cancel();
      reader.releaseLock();
    }),
  };
}

function ofIterator(createIterator: () => ChunkIterator): Source {
  const iterator = claimIterator(createIterator);
  return { open: () => iterator, close: closeOnce(async () => iterator.return?.()) };
}

/** Creates the iterator, which is the iterable itself for generators, and marks it as used. */
function claimIterator(createIterator: () => ChunkIterator): ChunkIterator {
  let iterator: ChunkIterator;
  try {
    iterator = createIterator();
  } catch (error) {
    // The first read fails, as for any other failure of the source.
    return { next: () => Promise.reject(error) };
  }
  if (usedIterators.has(iterator)) throw bodyUsed();
  usedIterators.add(iterator);
  return iterator;
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
  const message = 'the stream was already read, destroyed, or passed to another put';
  return new StorageError({ code: 'BodyUsed', message, cause: cause ?? undefined });
}
