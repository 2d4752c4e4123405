import type { Agent } from 'node:http';
import { StorageError } from '@anybucket/core/backend';
import { attemptChannel, callChannel, operationOf, trace, urlWithoutQuery } from '../diagnostics.js';
import type { AttemptEvent, CallEvent, RetryEvent } from '../diagnostics.js';
import { BufferSlots } from '../http/buffer-slots.js';
import { ConnectionPool } from '../http/connection-pool.js';
import type { ConnectionPoolOptions } from '../http/connection-pool.js';
import { sendRequest } from '../http/http-request.js';
import type { HttpResponse } from '../http/http-response.js';
import { AttemptFailure, withRetries } from '../http/retry.js';
import type { Correction } from '../http/retry.js';
import { proxyFailure } from '../http/proxy.js';
import { untilAborted } from '../http/until-aborted.js';
import { MinioRefusal } from './minio-refusal.js';
import { errorInSuccess, notAnS3Response, readErrorResponse } from './error-response.js';
import { readRequestId } from './request-id.js';
import { canRetry, hadNoEffect, hashPayload, isPayloadReusable, isSpuriousMinioError, toGet } from './request.js';
import type { S3Request } from './request.js';
import { isSuccess, isWebPage, parseResponse, readBody, readDocument, unexpectedRoot } from './response-body.js';
import { refineError } from './refine-error.js';
import { RequestSigning } from './request-signing.js';
import type { RequestSigningOptions, SentContext } from './request-signing.js';
import type { SigningContext } from './signer.js';
import type { XmlElement } from './xml.js';

export interface S3ClientOptions extends ConnectionPoolOptions, RequestSigningOptions {
  readonly idleTimeoutMs: number;
  /** Maximum retries of idempotent requests. */
  readonly retries: number;
  /** Called with every response. */
  readonly onResponse?: ((response: HttpResponse) => void) | undefined;
  /** Called before an attempt is repeated. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Tests whether the server is MinIO before the first request to a bucket, because it does not support the rules of S3 for keys. */
  readonly refusesMinio?: boolean | undefined;
}

type ReadResponse<T> = (response: HttpResponse) => T | Promise<T>;

/** Signs and sends requests to one server, retries them, and maps error responses to `StorageError`. Owns the connection pool. */
export class S3Client {
  /** Limits the bodies in memory. While one half of them is sent, the other half is read. */
  readonly bufferSlots: BufferSlots;
  readonly #options: S3ClientOptions;
  readonly #pool: ConnectionPool;
  readonly #signing: RequestSigning;
  /** True when a response has shown that the server is an S3 server. */
  #verified = false;
  #verification: Promise<void> | undefined;
  readonly #minioRefusal = new MinioRefusal();
  /** The kinds of requests whose successful responses have carried a request id. */
  readonly #identifiedKinds = new Set<string>();

  constructor(options: S3ClientOptions) {
    this.#options = options;
    this.bufferSlots = new BufferSlots(2 * options.maxConnections);
    this.#pool = new ConnectionPool(options);
    this.#signing = new RequestSigning(options);
  }

  /** The agent that opens the connections. */
  get agent(): Agent {
    return this.#pool.agent;
  }

  /** Returns the region of a bucket; that of the server for undefined. */
  regionOf(bucket: string | undefined): string {
    return this.#signing.regionOf(bucket);
  }

  /** Returns what a request to a bucket is signed with. @throws `ConfigError` without credentials, unless requests are anonymous. */
  async signingContext(bucket: string | undefined, signal: AbortSignal | undefined): Promise<SigningContext> {
    return this.#signing.context(bucket, signal);
  }

  /**
   * Sends a request and returns what `read` returns for its response. A connection that breaks while `read` runs is retried as well.
   * @throws `StorageError` for every response that is not a success.
   */
  async send<T>(request: S3Request, read: ReadResponse<T>): Promise<T> {
    const { refusesMinio = false, retries, onRetry } = this.#options;
    const { bucket, signal } = request;
    if (refusesMinio && bucket !== undefined) {
      const head: S3Request = { method: 'HEAD', bucket, signal, idempotent: true };
      await this.#minioRefusal.check(() => withRetries(retries, signal, () => this.#correctedAttempt(head, readBody, undefined)));
    }
    const isObserved = onRetry !== undefined || callChannel.hasSubscribers || attemptChannel.hasSubscribers;
    if (!isObserved) return withRetries(retries, request.signal, () => this.#correctedAttempt(request, read, undefined));
    const call = this.#callEvent(request);
    const notify = (failure: AttemptFailure, delayMs: number): void => this.#notifyRetry(call, failure, delayMs);
    return trace(callChannel, call, () => withRetries(retries, request.signal, () => this.#correctedAttempt(request, read, call), notify));
  }

  /**
   * Sends a request and returns its response, of which only the headers are of interest.
   * @throws also for a response with another body than an XML document, which S3 servers do not send.
   */
  async sendForHeaders(request: S3Request): Promise<HttpResponse> {
    return this.send(request, async (response) => {
      const body = (await readBody(response)).toString().trim();
      if (body !== '') {
        const document = parseResponse(body, response);
        const error = errorInSuccess(document, response);
        if (error !== undefined) throw new AttemptFailure(error, error.retryable && canRetry(request));
        if (document.name.toLowerCase() === 'html') throw notAnS3Response(response.status, body);
      }
      await this.requireS3(request, response);
      return response;
    });
  }

  /**
   * Sends a request whose response is an XML document with the given root element, or one of several.
   * @throws also for an error document with status 200, which the server sends when it fails after the headers.
   */
  async sendForXml<T>(
    request: S3Request,
    root: string | readonly string[],
    read: (document: XmlElement, response: HttpResponse) => T,
  ): Promise<T> {
    return this.send(request, async (response) => {
      const document = parseResponse((await readBody(response)).toString(), response);
      const error = errorInSuccess(document, response);
      if (error !== undefined) throw new AttemptFailure(error, error.retryable && canRetry(request));
      if (![root].flat().includes(document.name)) throw unexpectedRoot(document, [root].flat().join(' or '), response);
      this.#verified = true;
      return readDocument(document, response, read);
    });
  }

  /**
   * Requires evidence that a successful response without an XML document comes from an S3 server: a request id. Some servers never send one,
   * so their first response is verified with another request, GetBucketLocation. The body of the response must have been read, or be a
   * stream: otherwise all connections could wait for this request.
   * @throws `RequestFailed`
   */
  async requireS3({ method, bucket, key, signal }: S3Request, response: HttpResponse): Promise<void> {
    const kind = `${method} ${key === undefined ? 'bucket' : 'object'}`;
    if (readRequestId(response) !== undefined) {
      this.#verified = true;
      this.#identifiedKinds.add(kind);
      return;
    }
    // For example a page of a proxy in front of the server.
    const lacksEtag = key !== undefined && (method === 'GET' || method === 'HEAD') && response.header('etag') === undefined;
    if (lacksEtag || this.#identifiedKinds.has(kind)) throw notAnS3Response(response.status, '');
    if (this.#verified) return;
    this.#verification ??= this.#verify(bucket).finally(() => (this.#verification = undefined));
    await untilAborted(this.#verification, signal);
  }

  /** Closes all connections. */
  close(): void {
    this.#signing.close();
    this.#pool.close();
  }

  /** Repeats an attempt that had no effect and whose cause was corrected, once per cause. */
  async #correctedAttempt<T>(request: S3Request, read: ReadResponse<T>, call: CallEvent | undefined): Promise<T> {
    const corrected = new Set<Correction>();
    for (;;) {
      try {
        return await this.#tracedAttempt(request, read, corrected, call);
      } catch (failure) {
        if (!(failure instanceof AttemptFailure) || failure.correction === undefined) throw failure;
        corrected.add(failure.correction);
        if (call !== undefined) this.#notifyRetry(call, failure, 0);
      }
    }
  }

  async #tracedAttempt<T>(
    request: S3Request,
    read: ReadResponse<T>,
    corrected: ReadonlySet<Correction>,
    call: CallEvent | undefined,
  ): Promise<T> {
    if (call === undefined) return this.#attempt(request, read, corrected, undefined);
    const event: AttemptEvent = { call, method: request.method, attempt: ++call.attempts };
    return trace(
      attemptChannel,
      event,
      () => this.#attempt(request, read, corrected, event),
      (reason) => (reason instanceof AttemptFailure ? reason.error : reason),
    );
  }

  /** @param corrected what has been corrected since the first attempt. */
  async #attempt<T>(
    request: S3Request,
    read: ReadResponse<T>,
    corrected: ReadonlySet<Correction>,
    event: AttemptEvent | undefined,
  ): Promise<T> {
    const { connectTimeoutMs, idleTimeoutMs, tls } = this.#options;
    const { payload, signal, extraIdleTimeoutMs = 0, urgent = false } = request;
    const streamed = payload !== undefined && !(payload instanceof Uint8Array);
    // A server may close an idle connection while a request is on its way. A request that must not be repeated could not recover from that.
    const fresh = !canRetry(request) || corrected.has('connection');
    const connection = await this.#pool.acquire({ streamed, urgent, fresh, signal });
    const transport = { connection, connectTimeoutMs, idleTimeoutMs: idleTimeoutMs + extraIdleTimeoutMs };
    let response: HttpResponse | undefined;
    try {
      // Not before: a signature expires while a request is queued.
      const { head, sent } = await this.#signing.sign(request, request.payloadHash ?? hashPayload(payload, tls));
      if (event !== undefined) event.url = urlWithoutQuery(head);
      response = await sendRequest(head, payload, signal, transport);
      this.#minioRefusal.observe(response);
      this.#options.onResponse?.(response);
      if (event !== undefined) {
        event.status = response.status;
        event.requestId = readRequestId(response);
      }
      if (!isSuccess(response, request)) throw await this.#failure(response, request, sent, corrected);
      if (isWebPage(response)) throw notAnS3Response(response.status, '');
      return await read(response);
    } catch (error) {
      response?.cancel();
      connection.releaseUnused();
      if (error instanceof AttemptFailure || !(error instanceof StorageError)) throw error;
      if (error.code === 'ConnectionFailed' && !connection.isConnected && this.#usesHttpProxy)
        throw new AttemptFailure(proxyFailure(error), isPayloadReusable(request) && error.retryable);
      const isRepeatable = connection.isConnected ? canRetry(request) : isPayloadReusable(request);
      const isBroken = error.code === 'ConnectionFailed' && error.retryable && isRepeatable;
      if (isBroken && response === undefined && connection.isReused) throw new AttemptFailure(error, true, undefined, 'connection');
      // A timeout is not retried: the caller would wait for a multiple of the timeout.
      throw new AttemptFailure(error, isBroken || (error.code === 'TooManyOpenFiles' && isPayloadReusable(request)));
    }
  }

  /** True if requests are sent to an HTTP proxy, whose responses may take the place of those of the server. */
  get #usesHttpProxy(): boolean {
    return this.#options.proxy !== undefined && !this.#options.tls;
  }

  #callEvent(request: S3Request): CallEvent {
    const { host, port } = this.#options.signer;
    return { operation: operationOf(request), bucket: request.bucket, key: request.key, host, port, attempts: 0 };
  }

  #notifyRetry({ operation, bucket, key, attempts }: CallEvent, { error }: AttemptFailure, delayMs: number): void {
    const { onRetry } = this.#options;
    // An exception of the application must not fail the call.
    if (onRetry !== undefined) queueMicrotask(() => onRetry({ operation, bucket, key, attempts, delayMs, error }));
  }

  async #failure(
    response: HttpResponse,
    request: S3Request,
    sent: SentContext,
    corrected: ReadonlySet<Correction>,
  ): Promise<AttemptFailure> {
    const { error: received, region } = await readErrorResponse(response, request.method, this.#usesHttpProxy);
    let error = received ?? (await this.#notFound(response, request));
    const correction =
      received === undefined ? undefined : await this.#signing.correct({ error: received, region }, request, sent, corrected);
    if (correction !== undefined && isPayloadReusable(request)) return new AttemptFailure(error, false, undefined, correction);
    if (error.code === 'BadRequest' && request.method === 'HEAD' && error.serverCode === undefined)
      error = await this.#explainHead(request, error);
    error = refineError(error, request, sent.credentials === undefined);
    // The requests of `#notFound` have been retried by themselves.
    const isRepeatable = canRetry(request) || (hadNoEffect(error, request) && isPayloadReusable(request));
    const transient = (received?.retryable === true && isRepeatable) || isSpuriousMinioError(error, request);
    return new AttemptFailure(error, transient, response.header('retry-after'));
  }

  /** Resolves a 404 to a HEAD without an error code. Only the bucket itself shows whether the bucket or the object is missing. */
  async #notFound(response: HttpResponse, { bucket, key, query, signal }: S3Request): Promise<StorageError> {
    const requestId = readRequestId(response);
    // Without a request id it may not be an S3 server at all, which a response with a body shows.
    const hasBody = requestId === undefined;
    if (key === undefined && !hasBody) return new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist', requestId });
    try {
      if (hasBody) await this.#requestLocation(bucket, signal);
      else await this.sendForHeaders({ method: 'HEAD', bucket, signal, idempotent: true });
    } catch (error) {
      if (error instanceof StorageError) return error;
      throw error;
    }
    const code = key === undefined ? 'NoSuchBucket' : query?.['versionId'] === undefined ? 'NoSuchKey' : 'NoSuchVersion';
    return new StorageError({ code, message: 'the object does not exist', requestId });
  }

  /** Finds out why a HEAD was refused, such as for an unknown version or an expired token. */
  async #explainHead(request: S3Request, error: StorageError): Promise<StorageError> {
    try {
      await this.send(toGet(request), (response) => response.cancel());
      return error;
    } catch (reason) {
      return reason instanceof StorageError ? reason : error;
    }
  }

  /** Requests a response with a body, which is either an XML document of S3 or an S3 error. */
  async #verify(bucket: string | undefined): Promise<void> {
    try {
      await this.#requestLocation(bucket, undefined);
    } catch (error) {
      if (!(error instanceof StorageError) || error.serverCode === undefined) throw error;
    }
    this.#verified = true;
  }

  /** GetBucketLocation. */
  async #requestLocation(bucket: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    await this.sendForXml(
      { method: 'GET', bucket, query: { location: '' }, signal, idempotent: true },
      'LocationConstraint',
      () => undefined,
    );
  }
}
