import { Readable } from 'node:stream';
import type { ObjectInfo } from '../api/object-info.js';
import { invalidArgument } from '../api/errors.js';
import type { ResolvedRange } from '../api/results.js';
import { rechunk } from './chunks.js';
import type { OpenBody } from './open-body.js';

/** A body that was dropped unread must not hold a socket or a file until the process ends. */
const dropped = new FinalizationRegistry<OpenBody>((body) => void body.cancel());

const brand = Symbol.for('anybucket.StoredObject');

/** Returns whether a value is a {@link StoredObject}, also one made by another copy of this package. */
export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * An object that `get` has opened: its info is here, its body is read once, by one of the methods below or by iterating.
 * Every way of reading throws `BodyUsed` the second time, and may fail with `IncompleteBody`, `Timeout`, `ConnectionFailed`,
 * `DatastoreClosed`, or the reason of the signal that `get` was given.
 */
export class StoredObject implements AsyncIterable<Buffer>, AsyncDisposable {
  /** Of the whole object, whatever the range. */
  readonly info: ObjectInfo;
  /** The bytes that the body has; present when a range was asked for. */
  declare readonly range?: ResolvedRange;
  readonly #body: OpenBody;

  /** @internal Made by `get`. */
  constructor(info: ObjectInfo, range: ResolvedRange | undefined, body: OpenBody) {
    this.info = info;
    if (range !== undefined) this.range = range;
    this.#body = body;
    if (body.holds) dropped.register(this, body, this);
  }

  /** Whether the body was read or cancelled. */
  get bodyUsed(): boolean {
    return this.#body.used;
  }

  /**
   * The body in chunks.
   * @param chunkSize bytes: chunks of exactly that size but the last; as they come when absent.
   */
  stream(chunkSize?: number): AsyncIterableIterator<Buffer> {
    if (chunkSize !== undefined && !(Number.isSafeInteger(chunkSize) && chunkSize > 0))
      throw invalidArgument('`chunkSize` must be a whole number of bytes from 1');
    const whole = this.#body.read();
    const chunks = chunkSize === undefined ? whole : rechunk(whole, chunkSize);
    // Not the generator itself: one that never began would not release the body when it is closed. And the arrow functions
    // keep this object reachable for as long as its chunks are being read.
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

  /** The whole body; it is the caller's own. */
  async bytes(): Promise<Buffer> {
    // It reads to the end, which releases the body: the caller may have dropped this object meanwhile.
    dropped.unregister(this);
    return this.#body.bytes();
  }

  /** The whole body as an `ArrayBuffer` of its size. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }

  /** The whole body as UTF-8 text, byte for byte: a byte order mark stays. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** The whole body as JSON. @throws `SyntaxError` when it is none. */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }

  /** The whole body with the object's content type. */
  async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()], { type: this.info.contentType });
  }

  /** The body as a Node stream; destroying it releases the body. */
  toNodeStream(): Readable {
    return Readable.from(this.stream(), { objectMode: false });
  }

  /** The body as a Web stream; cancelling it releases the body. */
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

  /** Gives the body up and releases what it holds. A second call does nothing. */
  async cancel(): Promise<void> {
    dropped.unregister(this);
    await this.#body.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }
}
