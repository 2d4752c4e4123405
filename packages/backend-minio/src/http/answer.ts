import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { DriverStream } from '@anybucket/core/backend';
import { StorageError } from '@anybucket/core/backend';
import { Deadline } from './deadline.js';
import { connectionFailure, timeoutFailure } from './network-failures.js';

/**
 * An answer whose head is here, and whose body is read once: whole, or chunk by chunk.
 * Its connection goes back to the pool at the body's end; given up before, it is closed.
 */
export class Answer implements DriverStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #message: IncomingMessage;
  readonly #request: ClientRequest;
  readonly #idleTimeout: number;
  readonly #unlink: () => void;
  readonly #deadline = new Deadline(() => {
    this.#failure ??= timeoutFailure(`the server sent nothing more for ${this.#idleTimeout} ms`);
    this.cancel();
  });
  #failure: unknown;
  #wake: (() => void) | undefined;

  /** @param unlink lets go of the call's signal, which closes the connection until then. */
  constructor(request: ClientRequest, message: IncomingMessage, idleTimeout: number, unlink: () => void) {
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    this.#message = message;
    this.#request = request;
    this.#idleTimeout = idleTimeout;
    this.#unlink = unlink;
    message.on('error', (error) => {
      this.#failure ??= error;
      this.#wake?.();
    });
  }

  /** A header's value. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /**
   * The whole body.
   * @param limit bytes after which the rest is dropped.
   */
  async bytes(limit = Infinity): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#deadline.start(this.#idleTimeout);
        this.#message.on('end', resolve).on('close', resolve);
        this.#message.on('data', (chunk: Buffer) => {
          this.#deadline.start(this.#idleTimeout);
          chunks.push(chunk);
          length += chunk.length;
          if (length > limit) resolve();
        });
      });
      if (!this.#message.readableEnded && length <= limit) throw this.#broken();
    } finally {
      this.#deadline.stop();
      this.cancel();
    }
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
  }

  /** Hands the body to a reader, who has a signal of its own, and may take any time. */
  release(): this {
    this.#unlink();
    const wake = (): void => this.#wake?.();
    this.#message.on('readable', wake).on('end', wake).on('close', wake);
    // A body that nobody reads must not keep the process alive.
    this.#message.socket.unref();
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk;
    } finally {
      this.cancel();
    }
  }

  /** Gives the body up. Closes the connection unless the body has ended. */
  cancel(): void {
    this.#unlink();
    // A request that was answered before it was sent can't be followed by another one.
    if (!this.#message.readableEnded || !this.#request.writableFinished) this.#request.destroy();
    this.#wake?.();
  }

  /** What comes next; undefined at the end. Only the wait for the server is timed, not the reader's pauses. */
  async #next(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#message.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.#failure !== undefined) throw this.#broken();
      if (this.#message.readableEnded) return undefined;
      if (this.#message.destroyed) throw this.#broken();
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { socket } = this.#message;
    socket.ref();
    this.#deadline.start(this.#idleTimeout);
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#deadline.stop();
    this.#wake = undefined;
    // At the end the socket belongs to the pool again.
    if (!this.#message.readableEnded) socket.unref();
  }

  #broken(): unknown {
    if (this.#failure instanceof StorageError) return this.#failure;
    return connectionFailure(this.#failure ?? new Error('the connection was closed within the answer'));
  }
}
