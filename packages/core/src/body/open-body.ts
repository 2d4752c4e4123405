import type { DriverStream } from '../driver/calls.js';
import { StorageError } from '../api/errors.js';
import { asBuffer, slices } from './chunks.js';
import { Interrupter } from './interrupter.js';

/** Where a body is registered while it holds something: until its stream has let go of it. */
export interface BodyOwner {
  /** Why nothing can be read any more; undefined as long as it can. */
  readonly closed: StorageError | undefined;
  opened(body: OpenBody): void;
  released(body: OpenBody): void;
}

const sliceBytes = 64 * 1024;

/**
 * The body of a `get`, read at most once: counted against its length, cut off by the signal or the close of the datastore,
 * released at its end, at a failure, or when it is given up.
 */
export class OpenBody {
  /** Bytes to come. */
  readonly length: number;
  readonly #body: Uint8Array | DriverStream;
  readonly #owner: BodyOwner;
  readonly #interrupter = new Interrupter();
  readonly #signal: AbortSignal | undefined;
  readonly #explain: (error: unknown) => unknown;
  #used = false;
  #released: Promise<void> | undefined;

  /** @param explain turns a failure of the driver into the error that the reader sees. */
  constructor(
    body: Uint8Array | DriverStream,
    length: number,
    owner: BodyOwner,
    signal: AbortSignal | undefined,
    explain: (error: unknown) => unknown,
  ) {
    this.#body = body;
    this.length = length;
    this.#owner = owner;
    this.#signal = signal;
    this.#explain = explain;
    // Only a stream holds something to release.
    if (body instanceof Uint8Array) return;
    owner.opened(this);
    this.#interrupter.link(signal, () => void this.#release());
  }

  /** Whether something is held that must be released. */
  get holds(): boolean {
    return !(this.#body instanceof Uint8Array);
  }

  get used(): boolean {
    return this.#used;
  }

  /** All bytes at once. @throws `BodyUsed`, `IncompleteBody`; `EntityTooLarge` when no Buffer takes so many, then the body is still unread. */
  async bytes(): Promise<Buffer> {
    if (this.#body instanceof Uint8Array) {
      this.#use();
      this.#signal?.throwIfAborted();
      const { closed } = this.#owner;
      if (closed !== undefined) throw this.#explain(closed);
      return asBuffer(this.#body);
    }
    const whole = this.#allocate();
    let filled = 0;
    for await (const chunk of this.read()) {
      whole.set(chunk, filled);
      filled += chunk.length;
    }
    return whole;
  }

  /** The chunks as they come. @throws `BodyUsed` at once. */
  read(): AsyncGenerator<Buffer, void, undefined> {
    this.#use();
    return this.#chunks();
  }

  /** Gives the body up: whoever reads it, now or later, gets `BodyUsed`. Resolves when nothing is held any more. */
  cancel(): Promise<void> {
    this.#used = true;
    return this.interrupt(new StorageError({ code: 'BodyUsed', message: 'the body was cancelled' }));
  }

  /** Ends the body from outside: whoever reads it, now or later, is rejected with the reason. Resolves when nothing is held any more. */
  interrupt(reason: unknown): Promise<void> {
    this.#interrupter.interrupt(reason);
    return this.#release();
  }

  #use(): void {
    if (this.#used)
      throw this.#explain(
        new StorageError({ code: 'BodyUsed', message: 'the body was read or cancelled before; `get` the object again' }),
      ) as Error;
    this.#used = true;
  }

  #allocate(): Buffer {
    try {
      return Buffer.allocUnsafeSlow(this.length);
    } catch (cause) {
      const message = `a body of ${this.length} bytes does not fit into memory at once; read it as a stream`;
      throw this.#explain(new StorageError({ code: 'EntityTooLarge', message, cause }));
    }
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    try {
      for await (const chunk of this.#source()) {
        this.#signal?.throwIfAborted();
        received += chunk.byteLength;
        if (received > this.length) break;
        yield asBuffer(chunk);
      }
      if (received !== this.length) {
        throw new StorageError({
          code: 'IncompleteBody',
          message: `the body ended after ${received} of ${this.length} bytes`,
          retryable: true,
        });
      }
    } catch (error) {
      throw this.#signal?.aborted === true ? this.#signal.reason : this.#explain(error);
    } finally {
      // Not waited for: a stream that hangs must not hold its reader up.
      void this.#release();
    }
  }

  async *#source(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#body instanceof Uint8Array) {
      // Nobody interrupts a body that holds nothing: it looks by itself, also when it is empty.
      this.#requireOpen();
      for (const slice of slices(this.#body, sliceBytes)) {
        this.#requireOpen();
        yield slice;
      }
      return;
    }
    const iterator = this.#body[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#interrupter.guard(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #requireOpen(): void {
    if (this.#owner.closed !== undefined) throw this.#owner.closed;
  }

  #release(): Promise<void> {
    this.#released ??= this.#body instanceof Uint8Array ? Promise.resolve() : this.#letGo(this.#body);
    return this.#released;
  }

  async #letGo(stream: DriverStream): Promise<void> {
    this.#interrupter.unlink();
    try {
      await stream.cancel();
    } catch {
      // What fails while a body is given up has nobody to tell it to.
    }
    this.#owner.released(this);
  }
}
