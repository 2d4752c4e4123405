import { hash } from 'node:crypto';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { StorageError } from '@anybucket/core/backend';
import { sendRequest } from '../http/http-request.js';
import type { HttpResponse } from '../http/http-response.js';
import type { Payload } from '../http/payload.js';
import { AttemptFailure, withRetries } from '../http/retry.js';
import { errorInSuccess, notAnS3Response, readErrorResponse } from './error-response.js';
import { unsignedPayload } from './signer.js';
import type { RequestTarget, Signer } from './signer.js';
import { parseXml } from './xml.js';
import type { XmlElement } from './xml.js';

/** One request to the server. */
export interface S3Request extends RequestTarget {
  readonly payload?: Payload | undefined;
  readonly signal?: AbortSignal | undefined;
  /** True when the request may be sent again after a failure that leaves its outcome unknown. Streamed payloads are never sent again. */
  readonly idempotent: boolean;
  /** Added to the idle timeout, for requests that take the server long. @defaultValue 0 */
  readonly extraIdleTimeoutMs?: number | undefined;
}

export interface S3ClientOptions {
  readonly tls: boolean;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Maximum retries of idempotent requests. */
  readonly retries: number;
}

/** Unused connections are closed after this time. Servers keep theirs longer, so a request rarely meets a connection that is closing. */
const keepAliveMs = 15_000;
const emptyPayloadHash = hash('sha256', '', 'hex');
/** Larger payloads are not signed: hashing them is expensive, and TCP has checksums of its own. */
const maxSignedPayloadBytes = 1024 * 1024;

/** Signs and sends requests to one server, retries them, and maps error responses to `StorageError`. Owns the connection pool. */
export class S3Client {
  readonly signer: Signer;
  readonly #options: S3ClientOptions;
  readonly #agent: Agent;

  constructor(signer: Signer, options: S3ClientOptions) {
    this.signer = signer;
    this.#options = options;
    const agentOptions = { keepAlive: true, timeout: keepAliveMs, scheduling: 'lifo' } as const;
    this.#agent = options.tls ? new TlsAgent(agentOptions) : new Agent(agentOptions);
  }

  /**
   * Sends a request and returns what `read` returns for its response. A connection that breaks while `read` runs is retried as well.
   * @throws `StorageError` for every response that is not a success.
   */
  async send<T>(request: S3Request, read: (response: HttpResponse) => T | Promise<T>): Promise<T> {
    return withRetries(this.#options.retries, request.signal, () => this.#attempt(request, read));
  }

  /** Sends a request and returns its response, of which only the headers are of interest: the body has been discarded. */
  async sendForHeaders(request: S3Request): Promise<HttpResponse> {
    return this.send(request, async (response) => {
      await response.bytes();
      return response;
    });
  }

  /**
   * Sends a request whose response is an XML document.
   * @throws also for an error document with status 200, which the server sends when it fails after the headers.
   */
  async sendForXml<T>(request: S3Request, read: (document: XmlElement, response: HttpResponse) => T): Promise<T> {
    return this.send(request, async (response) => {
      const document = parseResponse((await response.bytes()).toString(), response.status);
      const error = errorInSuccess(document, response);
      if (error !== undefined) throw new AttemptFailure(error, error.retryable && canRetry(request));
      return read(document, response);
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #attempt<T>(request: S3Request, read: (response: HttpResponse) => T | Promise<T>): Promise<T> {
    const { connectTimeoutMs, idleTimeoutMs, tls } = this.#options;
    const { payload, signal, extraIdleTimeoutMs = 0 } = request;
    const transport = { agent: this.#agent, connectTimeoutMs, idleTimeoutMs: idleTimeoutMs + extraIdleTimeoutMs };
    try {
      const head = this.signer.sign(request, payloadHash(payload, tls));
      const response = await sendRequest(head, payload, signal, transport);
      if (!isSuccess(response)) throw await this.#failure(response, request);
      if (isWebPage(response)) {
        response.cancel();
        throw notAnS3Response(response.status, '');
      }
      return await read(response);
    } catch (error) {
      if (error instanceof AttemptFailure || !(error instanceof StorageError)) throw error;
      // A timeout is not retried: the caller would wait for a multiple of the timeout.
      throw new AttemptFailure(error, error.code === 'ConnectionFailed' && error.retryable && canRetry(request));
    }
  }

  async #failure(response: HttpResponse, request: S3Request): Promise<AttemptFailure> {
    const sent = await readErrorResponse(response, request.method);
    let error = sent ?? (await this.#notFound(response, request));
    // MinIO sends NoSuchVersion for a condition on a missing key `a/`, though the request names no version.
    if (error.code === 'NoSuchVersion' && !namesVersion(request)) {
      const { requestId, serverCode, cause } = error;
      error = new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', requestId, serverCode, cause });
    }
    // The requests of `#notFound` have been retried by themselves.
    const transient = (sent?.retryable === true && canRetry(request)) || isSpuriousMinioError(error, request);
    return new AttemptFailure(error, transient, response.header('retry-after'));
  }

  /** Resolves a 404 to a HEAD without an error code. Only the bucket itself shows whether the bucket or the object is missing. */
  async #notFound(response: HttpResponse, { bucket, key, query, signal }: S3Request): Promise<StorageError> {
    const requestId = response.header('x-amz-request-id');
    // Without a request id it may not be an S3 server at all, which a response with a body shows.
    const method = requestId === undefined ? 'GET' : 'HEAD';
    if (key === undefined && method === 'HEAD')
      return new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist', requestId });
    const target = method === 'GET' ? ({ method, bucket, query: { location: '' } } as const) : ({ method, bucket } as const);
    try {
      await this.sendForHeaders({ ...target, signal, idempotent: true });
    } catch (error) {
      if (error instanceof StorageError) return error;
      throw error;
    }
    const code = key === undefined ? 'NoSuchBucket' : query?.['versionId'] === undefined ? 'NoSuchKey' : 'NoSuchVersion';
    return new StorageError({ code, message: 'the object does not exist', requestId });
  }
}

/** MinIO reports XMinioObjectTampered with status 206, which is otherwise sent with a `content-range`. */
function isSuccess(response: HttpResponse): boolean {
  const { status } = response;
  return status >= 200 && status < 300 && (status !== 206 || response.header('content-range') !== undefined);
}

function canRetry(request: S3Request): boolean {
  return request.idempotent && isPayloadReusable(request);
}

function isPayloadReusable({ payload }: S3Request): boolean {
  return payload === undefined || payload instanceof Uint8Array;
}

/**
 * Tells whether MinIO may have refused a put for no reason: about one in a thousand is, while its bucket or a folder above its key is being
 * removed. Nothing was stored then, so even a conditional put may be sent again.
 */
function isSpuriousMinioError({ code }: StorageError, request: S3Request): boolean {
  return (
    (code === 'IncompleteBody' || code === 'AccessDenied') &&
    request.method === 'PUT' &&
    request.key !== undefined &&
    isPayloadReusable(request)
  );
}

function namesVersion({ query, headers }: S3Request): boolean {
  return query?.['versionId'] !== undefined || headers?.['x-amz-copy-source']?.includes('?versionId=') === true;
}

function payloadHash(payload: Payload | undefined, tls: boolean): string {
  if (payload === undefined) return emptyPayloadHash;
  return tls || !(payload instanceof Uint8Array) || payload.byteLength > maxSignedPayloadBytes
    ? unsignedPayload
    : hash('sha256', payload, 'hex');
}

/** Tells whether a success is a page of a web server that accepts every path, such as the MinIO console. */
function isWebPage(response: HttpResponse): boolean {
  return (
    response.header('x-amz-request-id') === undefined &&
    response.header('etag') === undefined &&
    (response.header('content-type') ?? '').startsWith('text/html')
  );
}

function parseResponse(body: string, status: number): XmlElement {
  try {
    return parseXml(body);
  } catch {
    throw notAnS3Response(status, body);
  }
}
