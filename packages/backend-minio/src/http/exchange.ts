import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { StorageError } from '@anybucket/core/backend';
import { Answer } from './answer.js';
import { Deadline } from './deadline.js';
import { connectionFailure, timeoutFailure } from './network-failures.js';
import { asksFirst, payloadSize, pieces } from './payload.js';
import type { Payload } from './payload.js';
import type { SignedRequest } from './signer.js';

/** How long a request may take, and through what it goes. */
export interface Connection {
  readonly agent: Agent;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds. */
  readonly idleTimeout: number;
}

/** Servers that don't know `Expect: 100-continue` say nothing: then the body goes out all the same, after so many milliseconds. */
const askedLongEnough = 1000;

/**
 * Sends one request and waits for the head of its answer.
 * @param signal closes the connection at once, also while the answer's body is read (until it is released).
 * @throws `ConnectionFailed`, `Timeout`, what the payload throws, or the signal's reason.
 */
export async function exchange(
  signed: SignedRequest,
  payload: Payload | undefined,
  signal: AbortSignal | undefined,
  connection: Connection,
): Promise<Answer> {
  signal?.throwIfAborted();
  return new Exchange(signed, payload, signal, connection).answer();
}

/** One request on its way. */
class Exchange {
  readonly #request: ClientRequest;
  readonly #payload: Payload | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #connection: Connection;
  readonly #deadline: Deadline;
  #waitsFor = 'a connection';
  #settle: { resolve: (answer: Answer) => void; reject: (reason: unknown) => void } | undefined;
  #drained: (() => void) | undefined;

  constructor(
    { protocol, headers, ...place }: SignedRequest,
    payload: Payload | undefined,
    signal: AbortSignal | undefined,
    connection: Connection,
  ) {
    this.#payload = payload;
    this.#signal = signal;
    this.#connection = connection;
    this.#deadline = new Deadline(() => this.#fail(timeoutFailure(`waited too long for ${this.#waitsFor}`)));
    const asking = payload !== undefined && asksFirst(payload);
    // Neither is signed: a proxy may handle the one, and the other follows from the body.
    const whole = {
      ...headers,
      ...(payload === undefined ? {} : { 'content-length': String(payloadSize(payload)) }),
      ...(asking ? { expect: '100-continue' } : {}),
    };
    this.#request = open(protocol, { ...place, headers: whole, agent: connection.agent });
  }

  answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      const request = this.#request;
      request.on('socket', (socket) => this.#connected(socket));
      request.on('response', (message) => this.#answered(message));
      request.on('error', (error) => this.#fail(connectionFailure(error)));
      this.#signal?.addEventListener('abort', this.#abort, { once: true });
      this.#send().catch((error: unknown) => this.#fail(error));
    });
  }

  readonly #abort = (): void => {
    this.#fail(this.#signal?.reason);
  };

  #connected(socket: Socket): void {
    if (!socket.connecting) {
      this.#wait('an answer');
      return;
    }
    this.#deadline.start(this.#connection.connectTimeout);
    const stands = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(stands, () => {
      if (this.#waitsFor === 'a connection') this.#wait('an answer');
    });
  }

  /** From now on it is the other side's turn. */
  #wait(what: string): void {
    this.#waitsFor = what;
    if (this.#settle !== undefined) this.#deadline.start(this.#connection.idleTimeout);
  }

  #answered(message: IncomingMessage): void {
    this.#deadline.stop();
    const settle = this.#settle;
    this.#settle = undefined;
    this.#drained?.();
    const answer = new Answer(this.#request, message, this.#connection.idleTimeout, () =>
      this.#signal?.removeEventListener('abort', this.#abort),
    );
    if (settle === undefined) answer.cancel();
    else settle.resolve(answer);
  }

  #fail(reason: unknown): void {
    this.#deadline.stop();
    this.#signal?.removeEventListener('abort', this.#abort);
    const settle = this.#settle;
    this.#settle = undefined;
    this.#request.destroy();
    settle?.reject(reason);
  }

  async #send(): Promise<void> {
    const request = this.#request;
    const payload = this.#payload;
    if (payload === undefined) {
      request.end();
      return;
    }
    if (!asksFirst(payload)) {
      request.end(payload);
      return;
    }
    const wake = (): void => this.#drained?.();
    request.on('drain', wake).on('close', wake);
    request.flushHeaders();
    await this.#leave();
    const chunks = pieces(payload);
    // Answered or failed before the body was sent: the rest of it is not wanted.
    while (this.#settle !== undefined) {
      this.#deadline.stop();
      const next = await chunks.next();
      if (next.done === true) {
        request.end();
        this.#wait('an answer');
        return;
      }
      if (!request.write(next.value)) {
        this.#wait('the server to take the body');
        await new Promise<void>((resolve) => (this.#drained = resolve));
      }
    }
    await chunks.return();
  }

  /** Waits until the server wants the body, has answered already, or says nothing. */
  async #leave(): Promise<void> {
    const request = this.#request;
    let silence: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      request.once('continue', resolve);
      request.once('socket', (socket) => {
        const begin = (): void => {
          silence ??= setTimeout(resolve, askedLongEnough);
        };
        if (socket.connecting) socket.once('connect', begin);
        else begin();
      });
    });
    clearTimeout(silence);
  }
}

function open(protocol: string, options: RequestOptions): ClientRequest {
  try {
    return protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
  } catch (cause) {
    // Only a header given as it is can be one that HTTP has no form for; Node names it and keeps its value to itself.
    throw new StorageError({ code: 'InvalidArgument', message: cause instanceof Error ? cause.message : String(cause), cause });
  }
}
