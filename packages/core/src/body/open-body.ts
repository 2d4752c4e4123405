import type { DriverStream } from '../driver.js';
import { StorageError } from '../errors.js';
import { asBuffer, slices } from './chunks.js';
import { Interrupter } from './interrupter.js';
import { report } from './progress.js';
import type { ProgressListener } from './progress.js';

/** Where a body is registered while it holds something. */
export interface BodyOwner {
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
  readonly #owner: BodyOwner | undefined;
  readonly #interrupter: Interrupter | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #explain: (error: unknown) => unknown;
  #used = false;
  #released = false;

  /** @param explain turns a failure of the driver into the error that the reader sees. */
  constructor(body: Uint8Array | DriverStream, length: number, owner: BodyOwner, signal: AbortSignal | undefined, explain: (error: unknown) => unknown) {
    this.#body = body;
    this.length = length;
    this.#signal = signal;
    this.#explain = explain;
    if (body instanceof Uint8Array) return;
    // Only a stream holds something to release.
    this.#owner = owner;
    this.#interrupter = new Interrupter();
    owner.opened(this);
    this.#interrupter.link(signal, () => this.#release());
  }

  /** Whether something is held that must be released. */
  get holds(): boolean {
    return !(this.#body instanceof Uint8Array);
  }

  get used(): boolean {
    return this.#used;
  }

  /** All bytes at once. @throws `BodyUsed`, `IncompleteBody`. */
  async bytes(): Promise<Buffer> {
    if (this.#body instanceof Uint8Array) {
      this.use();
      this.#signal?.throwIfAborted();
      return asBuffer(this.#body);
    }
    const whole = Buffer.allocUnsafeSlow(this.length);
    let filled = 0;
    for await (const chunk of this.read()) {
      whole.set(chunk, filled);
      filled += chunk.length;
    }
    return whole;
  }

  /** The chunks as they come. @throws `BodyUsed` at once. */
  read(progress?: ProgressListener): AsyncGenerator<Buffer, void, undefined> {
    this.use();
    return this.#chunks(progress);
  }

  /** Claims the body. @throws `BodyUsed`. */
  use(): void {
    if (this.#used) throw this.#explain(new StorageError({ code: 'BodyUsed', message: 'the body was read or cancelled before; `get` the object again' })) as Error;
    this.#used = true;
  }

  /** Gives the body up; a reader that waits is rejected with the reason. */
  cancel(reason: unknown): void {
    this.#used = true;
    this.#interrupter?.interrupt(reason);
    this.#release();
  }

  async *#chunks(progress: ProgressListener | undefined): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    try {
      for await (const chunk of this.#source()) {
        this.#signal?.throwIfAborted();
        received += chunk.byteLength;
        if (received > this.length) break;
        yield asBuffer(chunk);
        report(progress, received, this.length);
      }
      if (received !== this.length) {
        throw new StorageError({ code: 'IncompleteBody', message: `the body ended after ${received} of ${this.length} bytes`, retryable: true });
      }
    } catch (error) {
      throw this.#signal?.aborted === true ? this.#signal.reason : this.#explain(error);
    } finally {
      this.#release();
    }
  }

  async *#source(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#body instanceof Uint8Array) {
      yield* slices(this.#body, sliceBytes);
      return;
    }
    const iterator = this.#body[Symbol.asyncIterator]();
    for (;;) {
      const next = await (this.#interrupter?.guard(() => iterator.next()) ?? iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #release(): void {
    if (this.#released || this.#body instanceof Uint8Array) return;
    this.#released = true;
    this.#interrupter?.unlink();
    this.#owner?.released(this);
    // What fails while a body is given up has nobody to tell it to.
    void (async (stream: DriverStream) => stream.cancel())(this.#body).catch(() => {});
  }
}
