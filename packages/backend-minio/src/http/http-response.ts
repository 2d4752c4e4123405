import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { StorageError } from '@anybucket/core/backend';
import type { Connection } from './connection-pool.js';
import { connectionError, timeoutError } from './network-errors.js';
import { RestartableTimer } from './restartable-timer.js';

/** A response that is read as a whole must be complete within this multiple of the idle timeout, however often some of it arrives. */
const maxIdleTimeouts = 5;

/**
 * A response whose headers have arrived. Its body is read once, as a whole or chunk by chunk.
 * The connection returns to the pool at the end of the body; it is closed when the body is cancelled before that.
 */
export class HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #message: IncomingMessage;
  readonly #request: ClientRequest;
  readonly #connection: Connection;
  readonly #idleTimeoutMs: number;
  readonly #removeAbortListener: () => void;
  readonly #idleTimer = new RestartableTimer((timeoutMs) =>
    this.#timeOut(`the server stopped sending the response: no data for ${timeoutMs} ms (\`idleTimeoutMs\`)`),
  );
  readonly #totalTimer = new RestartableTimer((timeoutMs) =>
    this.#timeOut(`the server sends the response too slowly: it was not complete after ${timeoutMs} ms`),
  );
  #failure: unknown;
  #wake: (() => void) | undefined;

  /** @param removeAbortListener detaches the response from the signal of its request; until then an abort closes the connection. */
  constructor(
    request: ClientRequest,
    message: IncomingMessage,
    connection: Connection,
    idleTimeoutMs: number,
    removeAbortListener: () => void,
  ) {
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    this.#message = message;
    this.#request = request;
    this.#connection = connection;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#removeAbortListener = removeAbortListener;
    message.on('error', (error) => {
      this.#failure ??= error;
      this.#wake?.();
    });
  }

  /** Returns a header by its lower-case name. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /**
   * Reads the whole body, which must be complete within five times the idle timeout.
   * @param maxBytes stops reading after this many bytes, and closes the connection. The result is longer than that by at most one chunk.
   * @throws `ConnectionFailed`, `Timeout`.
   */
  async bytes(maxBytes: number): Promise<Buffer> {
    const message = this.#message;
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        // A small body arrives with the headers, and nothing is waited for.
        if (!message.complete) this.#totalTimer.start(this.#idleTimeoutMs * maxIdleTimeouts);
        if (!message.complete) this.#idleTimer.start(this.#idleTimeoutMs);
        message.on('end', resolve).on('close', resolve);
        message.on('data', (chunk: Buffer) => {
          if (!message.complete) this.#idleTimer.start(this.#idleTimeoutMs);
          chunks.push(chunk);
          length += chunk.length;
          if (length > maxBytes) resolve();
        });
      });
      if (!message.readableEnded && length <= maxBytes) throw this.#bodyError();
    } finally {
      this.#idleTimer.stop();
      this.#totalTimer.stop();
      this.cancel();
    }
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
  }

  /**
   * Detaches the body from the signal of its request, for a reader with a signal of its own that calls `nextChunk`.
   * While the reader pauses, the connection may be reclaimed for another request.
   */
  toStream(): this {
    this.#removeAbortListener();
    const wake = (): void => this.#wake?.();
    this.#message.on('readable', wake).on('end', wake).on('close', wake);
    // An unread body must not keep the process alive.
    this.#message.socket.unref();
    this.#connection.setPaused(true);
    return this;
  }

  /** True after the connection was reclaimed while the reader of the stream paused: the rest of the body must be requested again. */
  get reclaimed(): boolean {
    return this.#connection.reclaimed;
  }

  /** Returns the next chunk of the stream, or undefined at the end and when the connection was reclaimed. */
  async nextChunk(): Promise<Buffer | undefined> {
    if (this.reclaimed) return undefined;
    this.#connection.setPaused(false);
    const chunk = await this.#readChunk();
    if (chunk !== undefined) this.#connection.setPaused(true);
    return chunk;
  }

  /** Releases the body. Closes the connection unless the body has ended. */
  cancel(): void {
    this.#removeAbortListener();
    // The connection cannot be reused after a response that arrived before its request was sent completely.
    if (!this.#message.readableEnded || !this.#request.writableFinished) this.#request.destroy();
    this.#wake?.();
  }

  async #readChunk(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#message.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.#failure !== undefined) throw this.#bodyError();
      if (this.#message.readableEnded) return undefined;
      if (this.#message.destroyed) throw this.#bodyError();
      await this.#waitForData();
    }
  }

  /** Waits for data, the end or a failure. The idle timeout runs only here, so pauses of the reader do not count. */
  async #waitForData(): Promise<void> {
    const { socket } = this.#message;
    socket.ref();
    this.#idleTimer.start(this.#idleTimeoutMs);
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#idleTimer.stop();
    this.#wake = undefined;
    // After the end, the socket belongs to the pool again.
    if (!this.#message.readableEnded) socket.unref();
  }

  #timeOut(message: string): void {
    this.#failure ??= timeoutError(message);
    this.cancel();
  }

  #bodyError(): unknown {
    if (this.#failure instanceof StorageError) return this.#failure;
    return connectionError(this.#failure ?? new Error('the connection was closed before the end of the response'));
  }
}
