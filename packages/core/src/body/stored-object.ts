import { Readable } from 'node:stream';
import type { ObjectInfo } from '../api/object-info.js';
import { describeValue, invalidArgument } from '../api/errors.js';
import type { ResolvedRange } from '../api/results.js';
import { rechunk } from './chunks.js';
import type { OpenBody } from './open-body.js';

const brand = Symbol.for('anybucket.StoredObject');

/** Returns whether a value is a {@link StoredObject}, including one created by another copy of this package. */
export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && brand in value;
}

let borrow: (object: StoredObject) => AsyncIterableIterator<Buffer>;

/**
 * Reads the body of an object in chunks that belong to the driver: each is valid until the next but one is requested, and must not be
 * modified.
 *
 * @throws `BodyUsed` if the body was already read or cancelled.
 */
export function borrowChunks(object: StoredObject): AsyncIterableIterator<Buffer> {
  return borrow(object);
}

/** Releases the socket or file of bodies that were garbage-collected unread. */
const unreadBodies = new FinalizationRegistry<OpenBody>((body) => void body.cancel());

/**
 * An open object, as returned by {@link Bucket.get}: its metadata and its body.
 *
 * The body can be read once, with one of the methods or by iterating over the object. Reading it again fails with `BodyUsed`. Every read
 * may fail with `IncompleteBody` (the connection ended early), `Timeout`, `ConnectionFailed`, `DatastoreClosed`, or the reason of the signal
 * passed to `get`.
 *
 * An open body occupies a socket or a file. It is released when the body was read to its end, on failure, and by {@link cancel}.
 *
 * @example
 * await using object = await bucket.get('report.csv');
 * for await (const chunk of object.stream(32 * 1024)) process.stdout.write(chunk);
 */
export class StoredObject implements AsyncIterable<Buffer>, AsyncDisposable {
  /** The metadata of the object. `info.size` is the size of the whole object, even if a range was requested. */
  readonly info: ObjectInfo;
  /** The range of the body within the object. Present if a range was requested. */
  declare readonly range?: ResolvedRange;
  readonly #body: OpenBody;

  /** @internal */
  constructor(info: ObjectInfo, range: ResolvedRange | undefined, body: OpenBody) {
    this.info = info;
    if (range !== undefined) this.range = range;
    this.#body = body;
    if (body.needsRelease) unreadBodies.register(this, body, this);
  }

  /** Whether reading has begun, or the body was cancelled. */
  get bodyUsed(): boolean {
    return this.#body.used;
  }

  /**
   * Reads the body in chunks.
   *
   * @param chunkSize bytes per chunk; the last one may be shorter.
   * @defaultValue `chunkSize`: chunks as received
   * @throws `BodyUsed` if the body was already read or cancelled, `InvalidArgument` if `chunkSize` is not a positive integer.
   */
  stream(chunkSize?: number): AsyncIterableIterator<Buffer> {
    if (chunkSize !== undefined && !(Number.isSafeInteger(chunkSize) && chunkSize > 0))
      throw invalidArgument(`\`chunkSize\` must be a number of bytes of at least 1, not ${describeValue(chunkSize)}`);
    const received = this.#body.read();
    return this.#iterate(chunkSize === undefined ? received : rechunk(received, chunkSize));
  }

  #iterate(chunks: AsyncGenerator<Buffer, void, undefined>): AsyncIterableIterator<Buffer> {
    // Not the generator itself: `return` on a generator that has not started would not release the body. The arrow functions keep
    // this object reachable while its chunks are read, which prevents its finalization.
    return {
      next: () => chunks.next(),
      return: async () => {
        await this.cancel();
        return chunks.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return this.stream();
  }

  /**
   * Reads the whole body. The caller owns the returned buffer.
   *
   * @throws `EntityTooLarge` if the body exceeds the maximum size of a Buffer; it can still be streamed.
   */
  async bytes(): Promise<Buffer> {
    // Reading to the end releases the body. Without this, garbage collection of this object would cancel a read in progress.
    unreadBodies.unregister(this);
    return this.#body.bytes();
  }

  /** Reads the whole body into an `ArrayBuffer` of exactly its size. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }

  /** Reads the whole body as UTF-8 text. A byte order mark is kept. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** Reads the whole body and parses it as JSON. @throws `SyntaxError` if it is not valid JSON. */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }

  /** Reads the whole body into a `Blob` with the content type of the object. */
  async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()], { type: this.info.contentType });
  }

  /** Returns the body as a Node stream. Destroying the stream releases the body. */
  toNodeStream(): Readable {
    return Readable.from(this.stream(), { objectMode: false });
  }

  /** Returns the body as a Web stream. Cancelling the stream releases the body. */
  toWebStream(): ReadableStream<Uint8Array> {
    const chunks = this.stream();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const next = await chunks.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        },
        async cancel() {
          await chunks.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Cancels the body and releases its socket or file. Further calls have no effect. */
  async cancel(): Promise<void> {
    unreadBodies.unregister(this);
    await this.#body.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
    borrow = (object) => {
      // Also an object that another copy of this package created.
      const candidate: object = object;
      return #body in candidate ? candidate.#iterate(candidate.#body.read(true)) : object.stream();
    };
  }
}
