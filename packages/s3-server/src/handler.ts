import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bucket, Datastore } from '@anybucket/core';
import { authenticate } from './auth/authenticate.js';
import { authorise } from './auth/credentials.js';
import type { Credentials } from './auth/credentials.js';
import { withHoistedHeaders } from './auth/hoisted-headers.js';
import { SigningKeys } from './auth/signing-keys.js';
import { BucketSettings } from './operations/bucket-settings.js';
import { findOperation } from './operations/find-operation.js';
import type { Operation, OperationContext, Service } from './operations/operation.js';
import { checkHandlerOptions, listCredentials } from './options.js';
import type { HandlerOptions } from './options.js';
import { errorResponse } from './protocol/error-response.js';
import { RequestBody } from './protocol/request-body.js';
import { checkCustomerKeys, checkHeaderSizes, checkTarget } from './protocol/request-checks.js';
import { createRequestId } from './protocol/request-id.js';
import { parseRequest } from './protocol/s3-request.js';
import type { RequestTargetOptions, S3Request } from './protocol/s3-request.js';
import { emptyResponse } from './protocol/s3-response.js';
import type { S3Response } from './protocol/s3-response.js';
import { S3Error } from './protocol/s3-error.js';
import { toS3Error } from './protocol/to-s3-error.js';
import { cancelBody, writeResponse } from './protocol/write-response.js';
import { corsHeaders, isPreflight, preflightResponse } from './server/cors.js';
import { discardPayload } from './server/discard-payload.js';
import { isHealthCheck } from './server/health-check.js';
import type { RequestRecord } from './server/request-log.js';

/** Handles one request of a Node HTTP server. The promise resolves when the response was sent; it rejects only if `onRequest` throws. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The region that is reported to clients if none is configured. */
export const defaultRegion = 'us-east-1';

/**
 * Creates a handler that serves a datastore over the S3 protocol, for mounting in a server of another framework.
 *
 * @throws `InvalidArgument` for an invalid option.
 */
export function createHandler(datastore: Datastore, options: HandlerOptions = {}): RequestHandler {
  checkHandlerOptions(options);
  const handler = new Handler(datastore, options);
  return (request, response) => handler.handle(request, response);
}

class Handler {
  readonly #service: Service;
  readonly #target: Omit<RequestTargetOptions, 'anyKeys'>;
  readonly #anonymousRead: boolean;
  readonly #origins: readonly string[];
  readonly #onRequest: ((record: RequestRecord) => void) | undefined;

  constructor(
    datastore: Datastore,
    { credentials, region, domain, basePath = '', cors = ['*'], anonymous, onRequest, now = Date.now }: HandlerOptions,
  ) {
    this.#target = { domain: domain?.toLowerCase(), basePath };
    const pairs = listCredentials(credentials).map((pair) => [pair.accessKey, pair] as const);
    const verifier = { credentials: new Map(pairs), signingKeys: new SigningKeys(), region, now };
    this.#service = {
      datastore,
      region: region ?? defaultRegion,
      get anyKeys() {
        return datastore.capabilities.anyKeys;
      },
      bucketSettings: new BucketSettings(),
      verifier,
    };
    this.#anonymousRead = anonymous === 'read';
    this.#origins = cors;
    this.#onRequest = onRequest;
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(message, response);
    try {
      await exchange.send(await this.#respond(exchange));
    } catch (error) {
      await exchange.fail(error);
    }
    discardPayload(message, response);
    this.#onRequest?.(exchange.record());
  }

  /** Returns the response to a request, also to one that fails. */
  async #respond(exchange: Exchange): Promise<S3Response> {
    try {
      return await this.#dispatch(exchange);
    } catch (error) {
      return exchange.errorResponse(error);
    }
  }

  async #dispatch(exchange: Exchange): Promise<S3Response> {
    const { message, response } = exchange;
    const { anyKeys } = this.#service;
    const received = parseRequest(message, { ...this.#target, anyKeys });
    const request = withHoistedHeaders(received);
    exchange.request = request;
    exchange.headers = corsHeaders(request.headers, this.#origins);
    if (isPreflight(request.method, request.headers)) return preflightResponse(request.headers, this.#origins);
    if (request.method === 'OPTIONS' || isHealthCheck(request)) return emptyResponse(200);
    checkHeaderSizes(request);
    checkTarget(request, anyKeys);
    checkCustomerKeys(request, 'encrypted' in message.socket);
    const operation = findOperation(request);
    exchange.operation = operation;
    const { credentials, payload } = authenticate(received, this.#service.verifier);
    exchange.credentials = credentials;
    authorise({ credentials }, operation.access, request.bucket, this.#anonymousRead);
    const body = new RequestBody(message, response, request.headers, payload);
    exchange.body = body;
    return operation.handle(new Context(this.#service, request, body, credentials, exchange));
  }
}

/** Not a literal: one with accessors takes microseconds to create. */
class Context implements OperationContext {
  readonly service: Service;
  readonly request: S3Request;
  readonly body: RequestBody;
  readonly credentials: Credentials | undefined;
  readonly #exchange: Exchange;

  constructor(service: Service, request: S3Request, body: RequestBody, credentials: Credentials | undefined, exchange: Exchange) {
    this.service = service;
    this.request = request;
    this.body = body;
    this.credentials = credentials;
    this.#exchange = exchange;
  }

  get bucket(): Bucket {
    return this.service.datastore.bucket(this.request.bucket);
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }
}

/** A request and its response. */
class Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId = createRequestId();
  request: S3Request | undefined;
  operation: Operation | undefined;
  credentials: Credentials | undefined;
  body: RequestBody | undefined;
  /** Headers of every response to the request. */
  headers: readonly string[] = [];
  readonly #time = new Date();
  readonly #start = performance.now();
  #abort: AbortController | undefined;
  #code: string | undefined;
  #status = 499;
  #bytesSent = 0;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.message = message;
    this.response = response;
  }

  /** Aborted when the client closes the connection. Created on demand, because most requests do not need it. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const controller = new AbortController();
      this.#abort = controller;
      if (this.response.destroyed) controller.abort();
      else this.response.once('close', () => this.#abortUnlessSent(controller));
    }
    return this.#abort.signal;
  }

  /** A complete response closes as well, and the reason of an abort takes longer to create than the rest of a small request. */
  #abortUnlessSent(controller: AbortController): void {
    if (!this.response.writableFinished) controller.abort();
  }

  errorResponse(error: unknown): S3Response {
    // The reason of the signal: the call was aborted.
    const isAborted = this.#abort?.signal.aborted === true && error === this.#abort.signal.reason;
    const s3Error = isAborted ? new S3Error('ClientDisconnected') : toS3Error(error);
    this.#code = s3Error.code;
    this.#status = s3Error.status;
    const { method = 'GET', url = '/' } = this.message;
    const { path, bucket, key } = this.request ?? { path: url.split('?')[0] ?? '/', bucket: '', key: '' };
    return errorResponse(s3Error, { method, path, bucket, key }, this.requestId);
  }

  async send(result: S3Response): Promise<void> {
    const { response, requestId, headers, message } = this;
    if (response.destroyed) {
      await cancelBody(result);
      return;
    }
    this.#status = result.status;
    this.#bytesSent = await writeResponse(response, result, { method: message.method ?? 'GET', requestId, headers });
  }

  /** Ends a response that cannot be sent. Once its status was sent, only a broken connection shows that it is incomplete. */
  async fail(error: unknown): Promise<void> {
    const response = this.errorResponse(error);
    if (this.response.headersSent) this.response.destroy();
    else await this.send(response);
  }

  record(): RequestRecord {
    const { bucket = '', key = '' } = this.request ?? {};
    return {
      operation: this.operation?.name ?? 'Unknown',
      method: this.message.method ?? 'GET',
      ...(bucket === '' ? {} : { bucket }),
      ...(key === '' ? {} : { key }),
      status: this.#status,
      ...(this.#code === undefined ? {} : { code: this.#code }),
      bytes: (this.body?.received ?? 0) + this.#bytesSent,
      durationMs: performance.now() - this.#start,
      requestId: this.requestId,
      ...(this.credentials === undefined ? {} : { accessKey: this.credentials.accessKey }),
      time: this.#time,
    };
  }
}
