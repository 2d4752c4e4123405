import { types } from 'node:util';
import type { DriverStream } from '../driver/calls.js';
import { StorageError } from '../api/errors.js';
import { asBuffer, slices } from './chunks.js';
import { shouldYield, yieldToEventLoop } from './event-loop.js';
import { Interrupter } from './interrupter.js';

/** Tracks the bodies whose streams must be released before the datastore can close. */
export interface BodyRegistry {
  /** The error of reads after the datastore was closed; undefined while it is open. */
  readonly closedError: StorageError | undefined;
  register(body: OpenBody): void;
  unregister(body: OpenBody): void;
}

const sliceBytes = 64 * 1024;
/** Larger: what is written to a socket should take few system calls. */
const borrowedSliceBytes = 256 * 1024;

/**
 * The body of a `get`, which can be read once. Verifies the length, stops when the signal is aborted or the datastore is closed, and
 * releases the stream of the driver at its end, on failure, or when cancelled.
 */
export class OpenBody {
  /** Size in bytes. */
  readonly length: number;
  readonly #body: Uint8Array | DriverStream;
  readonly #registry: BodyRegistry;
  readonly #interrupter = new Interrupter();
  readonly #signal: AbortSignal | undefined;
  readonly #toPublicError: (error: unknown) => unknown;
  #used = false;
  #released: Promise<void> | undefined;

  /** @param toPublicError converts an error of the driver to the error that the reader receives. */
  constructor(
    body: Uint8Array | DriverStream,
    length: number,
    registry: BodyRegistry,
    signal: AbortSignal | undefined,
    toPublicError: (error: unknown) => unknown,
  ) {
    this.#body = body;
    this.length = length;
    this.#registry = registry;
    this.#signal = signal;
    this.#toPublicError = toPublicError;
    // A body in memory needs no release.
    if (types.isUint8Array(body)) return;
    registry.register(this);
    this.#interrupter.link(signal, () => void this.#release());
  }

  /** Whether the body holds resources until it is read or cancelled. */
  get needsRelease(): boolean {
    return !types.isUint8Array(this.#body);
  }

  get used(): boolean {
    return this.#used;
  }

  /**
   * Reads the whole body into one buffer.
   *
   * @throws `BodyUsed`, `IncompleteBody`; `EntityTooLarge` if the body exceeds the maximum size of a Buffer, in which case it stays unread.
   */
  async bytes(): Promise<Buffer> {
    if (types.isUint8Array(this.#body)) {
      this.#markUsed();
      this.#signal?.throwIfAborted();
      const { closedError } = this.#registry;
      if (closedError !== undefined) throw this.#toPublicError(closedError);
      return asBuffer(this.#body);
    }
    const buffer = this.#allocate();
    let filled = 0;
    for await (const chunk of this.read()) {
      buffer.set(chunk, filled);
      filled += chunk.length;
    }
    return buffer;
  }

  /**
   * Reads the body in chunks of any size.
   *
   * @param isBorrowed whether each chunk is used only until the next but one is requested.
   * @throws `BodyUsed`, synchronously.
   */
  read(isBorrowed = false): AsyncGenerator<Buffer, void, undefined> {
    this.#markUsed();
    return this.#chunks(isBorrowed);
  }

  /** Cancels the body; pending and later reads fail with `BodyUsed`. Resolves when the stream is released. */
  async cancel(): Promise<void> {
    this.#used = true;
    // A body in memory has no pending read. An error is expensive, and a 304 cancels its body.
    if (types.isUint8Array(this.#body)) return;
    await this.interrupt(new StorageError({ code: 'BodyUsed', message: 'the body was cancelled' }));
  }

  /** Rejects pending and later reads with the reason. Resolves when the stream is released. */
  interrupt(reason: unknown): Promise<void> {
    this.#interrupter.interrupt(reason);
    return this.#release();
  }

  #markUsed(): void {
    if (this.#used)
      throw this.#toPublicError(
        new StorageError({ code: 'BodyUsed', message: 'the body was already read or cancelled; call `get` again to read it once more' }),
      ) as Error;
    this.#used = true;
  }

  #allocate(): Buffer {
    try {
      return Buffer.allocUnsafeSlow(this.length);
    } catch (cause) {
      const message = `a body of ${this.length} bytes does not fit into a Buffer; read it as a stream`;
      throw this.#toPublicError(new StorageError({ code: 'EntityTooLarge', message, cause }));
    }
  }

  async *#chunks(isBorrowed: boolean): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    try {
      for await (const chunk of this.#source(isBorrowed)) {
        this.#signal?.throwIfAborted();
        received += chunk.byteLength;
        if (received > this.length) break;
        yield asBuffer(chunk);
        if (shouldYield()) await yieldToEventLoop();
      }
      if (received !== this.length) {
        throw new StorageError({
          code: 'IncompleteBody',
          message: `the body ended after ${received} of ${this.length} bytes`,
          retryable: true,
        });
      }
    } catch (error) {
      throw this.#signal?.aborted === true ? this.#signal.reason : this.#toPublicError(error);
    } finally {
      // Not awaited: a stream that hangs must not block its reader.
      void this.#release();
    }
  }

  async *#source(isBorrowed: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    if (types.isUint8Array(this.#body)) {
      // A body in memory is not registered, so `close` does not interrupt it. Check before each slice, and once for an empty body.
      this.#requireOpen();
      for (const slice of slices(this.#body, isBorrowed ? borrowedSliceBytes : sliceBytes)) {
        this.#requireOpen();
        yield slice;
      }
      return;
    }
    const iterator = (isBorrowed ? this.#body.borrow?.() : undefined) ?? this.#body[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#interrupter.guard(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #requireOpen(): void {
    if (this.#registry.closedError !== undefined) throw this.#registry.closedError;
  }

  #release(): Promise<void> {
    this.#released ??= types.isUint8Array(this.#body) ? Promise.resolve() : this.#cancelStream(this.#body);
    return this.#released;
  }

  async #cancelStream(stream: DriverStream): Promise<void> {
    this.#interrupter.unlink();
    try {
      await stream.cancel();
    } catch {
      // The reader is done with the body; there is no call to reject.
    }
    this.#registry.unregister(this);
  }
}
