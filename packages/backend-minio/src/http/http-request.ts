import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { StorageError } from '@anybucket/core/backend';
import type { Connection } from './connection-pool.js';
import { HttpResponse } from './http-response.js';
import { connectionError, timeoutError } from './network-errors.js';
import { payloadChunks, payloadSize, usesExpectContinue } from './payload.js';
import type { Payload } from './payload.js';
import { RestartableTimer } from './restartable-timer.js';

/** A request without its payload. */
export interface RequestHead {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** The connection and the timeouts of a request. */
export interface TransportOptions {
  readonly connection: Connection;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Some servers ignore `Expect: 100-continue`. After this time, the payload is sent without their consent. */
const continueTimeoutMs = 1000;

/** How long a success waits for the end of its payload to be reported as sent over TLS. */
const tlsFlushTimeoutMs = 1000;

/**
 * Sends a request and waits for the headers of its response.
 * @param signal closes the connection at once, also while the response body is read (until `HttpResponse.toStream`).
 * @throws `ConnectionFailed`, `TooManyOpenFiles`, `Timeout`, `InternalError` for a success before the payload was sent, the error of the
 *   payload, or the reason of the signal.
 */
export async function sendRequest(
  head: RequestHead,
  payload: Payload | undefined,
  signal: AbortSignal | undefined,
  options: TransportOptions,
): Promise<HttpResponse> {
  signal?.throwIfAborted();
  return new HttpRequest(head, payload, signal, options).send();
}

/** One request in flight. */
class HttpRequest {
  readonly #request: ClientRequest;
  readonly #payload: Payload | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #options: TransportOptions;
  readonly #timer: RestartableTimer;
  #waitingFor = 'a connection';
  /** Undefined once the promise is settled. */
  #settle: { resolve: (response: HttpResponse) => void; reject: (reason: unknown) => void } | undefined;
  #wake: (() => void) | undefined;
  /** Bytes of the payload that have not been passed to the socket. */
  #unsentBytes: number;

  constructor(
    { headers, ...target }: RequestHead,
    payload: Payload | undefined,
    signal: AbortSignal | undefined,
    options: TransportOptions,
  ) {
    this.#payload = payload;
    this.#unsentBytes = payload === undefined ? 0 : payloadSize(payload);
    this.#signal = signal;
    this.#options = options;
    this.#timer = new RestartableTimer((timeoutMs) =>
      this.#fail(timeoutError(`timed out after ${timeoutMs} ms waiting for ${this.#waitingFor}: ${this.#timeoutHint}`)),
    );
    // These two are not signed: a proxy may handle `expect`, and `content-length` follows from the payload.
    const allHeaders = {
      ...headers,
      ...(payload === undefined ? {} : { 'content-length': String(payloadSize(payload)) }),
      ...(payload !== undefined && usesExpectContinue(payload) ? { expect: '100-continue' } : {}),
    };
    this.#request = options.connection.open({ ...target, headers: allHeaders });
  }

  send(): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      const request = this.#request;
      request.on('socket', (socket) => this.#onSocket(socket));
      request.on('response', (message) => this.#onResponse(message));
      // Without a listener, Node closes the connection, and the request never ends.
      request.on('upgrade', () => this.#fail(connectionError(new Error('the server switched to another protocol'))));
      request.on('error', (error) => this.#fail(connectionError(error)));
      this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#sendPayload();
    });
  }

  get #timeoutHint(): string {
    return this.#options.connection.isConnected
      ? 'check that the server responds, or raise `idleTimeoutMs`'
      : 'check `endPoint` and `port`, or raise `connectTimeoutMs`';
  }

  readonly #onAbort = (): void => {
    this.#fail(this.#signal?.reason);
  };

  #onSocket(socket: Socket): void {
    const { connection, connectTimeoutMs } = this.#options;
    if (!socket.connecting) {
      connection.setConnected();
      this.#startIdleTimer('a response');
      return;
    }
    this.#timer.start(connectTimeoutMs);
    const connectEvent = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(connectEvent, () => {
      connection.setConnected();
      if (this.#waitingFor === 'a connection') this.#startIdleTimer('a response');
    });
  }

  #startIdleTimer(waitingFor: string): void {
    this.#waitingFor = waitingFor;
    if (this.#settle !== undefined) this.#timer.start(this.#options.idleTimeoutMs);
  }

  #onResponse(message: IncomingMessage): void {
    this.#timer.stop();
    const isSuccess = message.statusCode !== undefined && message.statusCode >= 200 && message.statusCode < 300;
    if (!isSuccess || this.#payload === undefined || this.#request.writableFinished) this.#accept(message);
    else setImmediate(() => this.#acceptIfSent(message));
  }

  /** Fails on a success that the server sent without having received the payload: it cannot have stored what it has not seen. */
  #acceptIfSent(message: IncomingMessage): void {
    const request = this.#request;
    if (request.writableFinished) {
      this.#accept(message);
      return;
    }
    const fail = (): void => this.#fail(earlySuccess(message));
    // TLS reports the end of a write late, even after the response to it.
    if (this.#unsentBytes > 0 || request.socket === null || !('encrypted' in request.socket)) {
      fail();
      return;
    }
    const timer = setTimeout(fail, tlsFlushTimeoutMs);
    request.once('finish', () => {
      clearTimeout(timer);
      this.#accept(message);
    });
    request.once('close', () => {
      clearTimeout(timer);
      if (this.#settle !== undefined) fail();
    });
    // After a complete response, Node emits no `drain`.
    this.#wake?.();
  }

  #accept(message: IncomingMessage): void {
    this.#timer.stop();
    const settle = this.#settle;
    this.#settle = undefined;
    this.#wake?.();
    const { connection, idleTimeoutMs } = this.#options;
    const response = new HttpResponse(this.#request, message, connection, idleTimeoutMs, () =>
      this.#signal?.removeEventListener('abort', this.#onAbort),
    );
    if (settle === undefined) response.cancel();
    else settle.resolve(response);
  }

  #fail(reason: unknown): void {
    this.#timer.stop();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    const settle = this.#settle;
    this.#settle = undefined;
    this.#request.destroy();
    settle?.reject(reason);
  }

  #sendPayload(): void {
    const payload = this.#payload;
    if (payload !== undefined && usesExpectContinue(payload)) {
      this.#sendChunks(payload).catch((error: unknown) => this.#fail(error));
      return;
    }
    this.#unsentBytes = 0;
    // In one write with the headers.
    this.#request.end(payload);
  }

  async #sendChunks(payload: Payload): Promise<void> {
    const request = this.#request;
    const wake = (): void => this.#wake?.();
    request.on('drain', wake).on('close', wake);
    request.flushHeaders();
    await this.#waitForContinue();
    const chunks = payloadChunks(payload);
    // A response or a failure before the end of the payload: the server does not want the rest.
    while (this.#settle !== undefined) {
      this.#timer.stop();
      const next = await chunks.next();
      if (next.done === true) {
        request.end();
        this.#startIdleTimer('a response');
        return;
      }
      this.#unsentBytes -= next.value.byteLength;
      if (!request.write(next.value)) {
        this.#startIdleTimer('the server to read the request');
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    await chunks.return();
  }

  /** Waits for `100 Continue`, a final response, a failure, or `continueTimeoutMs`. */
  async #waitForContinue(): Promise<void> {
    const request = this.#request;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      request.once('continue', resolve);
      request.once('socket', (socket) => {
        const startTimer = (): void => {
          timer ??= setTimeout(resolve, continueTimeoutMs);
        };
        if (socket.connecting) socket.once('connect', startTimer);
        else startTimer();
      });
    });
    clearTimeout(timer);
  }
}

function earlySuccess({ statusCode }: IncomingMessage): StorageError {
  const message = `the server broke the HTTP protocol: it responded with HTTP ${statusCode} before it had received the request body`;
  return new StorageError({ code: 'InternalError', message, retryable: false });
}
