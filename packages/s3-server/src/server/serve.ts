import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isStorageError } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import { StorageError, extendDriver, wrapDatastore } from '@anybucket/core/backend';
import type { Presigner } from '@anybucket/core/backend';
import type { Credentials } from '../auth/credentials.js';
import { createPresigner } from '../auth/presigner.js';
import { SigningKeys } from '../auth/signing-keys.js';
import { createHandler, defaultRegion } from '../handler.js';
import type { RequestHandler } from '../handler.js';
import { checkServeOptions, listCredentials } from '../options.js';
import type { ServeOptions, TlsOptions } from '../options.js';
import { RequestLog } from './request-log.js';
import type { RequestRecord } from './request-log.js';

/** A running server. */
export interface S3Server extends AsyncDisposable {
  /** The address of the service, such as `http://127.0.0.1:9000`. */
  readonly url: string;
  readonly port: number;
  /** The first key pair; a random one if none was given. */
  readonly credentials: Credentials;
  readonly region: string;
  /** The datastore that is served, with presigned URLs that point at the server. Closing it closes the datastore as well. */
  readonly datastore: Datastore;
  /** The last requests, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Stops accepting connections, waits for running requests, and closes all connections. The datastore stays open. */
  close(): Promise<void>;
}

const defaultPort = 9000;
const defaultHost = '127.0.0.1';
/** Enough for a request target with a key of 1024 encoded bytes and the 8 KiB of headers that MinIO accepts. */
const maxHeaderBytes = 32 * 1024;
/** How often connections are checked for `headersTimeoutMs`. */
const maxCheckingIntervalMs = 5000;
const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Starts a server that serves a datastore over the S3 protocol.
 *
 * @throws `InvalidArgument` for an invalid option, or if `host` is not of the loopback interface and there are no `credentials`;
 *   the error of Node, such as `EADDRINUSE`, if the server cannot listen.
 *
 * @example
 * await using server = await serve(new MemoryDatastore(), { port: 0 });
 * const client = new S3Client({ endpoint: server.url, region: server.region, forcePathStyle: true, credentials: { ... } });
 */
export async function serve(datastore: Datastore, options: ServeOptions = {}): Promise<S3Server> {
  return (await start(datastore, options)).server;
}

/** Starts a server, and returns the driver of presigned URLs that point at it as well. */
export async function start(
  datastore: Datastore,
  options: ServeOptions,
): Promise<{ readonly server: S3Server; readonly presigner: Presigner }> {
  checkServeOptions(options);
  const {
    port = defaultPort,
    host = defaultHost,
    tls,
    maxLoggedRequests = 1000,
    maxConnections = 16_384,
    headersTimeoutMs = 20_000,
    idleTimeoutMs = 120_000,
    keepAliveTimeoutMs = 60_000,
    publicUrl,
    ...handlerOptions
  } = options;
  const credentials = resolveCredentials(options, host);
  const log = new RequestLog(maxLoggedRequests);
  const logRequest = (record: RequestRecord): void => {
    log.add(record);
    options.onRequest?.(record);
  };
  const onRequest = maxLoggedRequests === 0 ? options.onRequest : logRequest;
  const handler = createHandler(datastore, { ...handlerOptions, credentials, onRequest });
  const limits = {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, maxCheckingIntervalMs),
    // The size of a payload is not limited, so neither is the time that it takes; `timeout` ends requests without progress.
    requestTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    noDelay: true,
  };
  const httpServer = tls === undefined ? createServer(limits) : createSecureServer(limits, tls);
  httpServer.maxConnections = maxConnections;
  httpServer.timeout = idleTimeoutMs;
  const listener = new Listener(httpServer, handler);
  await listener.listen(port, host);
  const address = httpServer.address() as AddressInfo;
  const [first] = credentials;
  const url = `${tls === undefined ? 'http' : 'https'}://${formatHost(host)}:${address.port}`;
  const region = options.region ?? defaultRegion;
  const presigner = createPresigner({
    url: publicUrl?.replace(/\/$/, '') ?? url,
    credentials: first,
    signingKeys: new SigningKeys(),
    region,
    now: options.now ?? Date.now,
  });
  const server: S3Server = {
    url,
    port: address.port,
    credentials: first,
    region,
    datastore: withPresigner(datastore, presigner),
    get requests() {
      return log.records;
    },
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  };
  return { server, presigner };
}

/** Returns the datastore itself if it is not based on a driver, so that it cannot be wrapped. */
function withPresigner(datastore: Datastore, presigner: Presigner): Datastore {
  try {
    return wrapDatastore(datastore, (driver) => extendDriver(driver, { presigner }));
  } catch (error) {
    if (isStorageError(error, 'InvalidArgument')) return datastore;
    throw error;
  }
}

/** @throws `InvalidArgument` if the certificate or the key is not valid. */
function createSecureServer(limits: ServerOptions, { cert, key }: TlsOptions): Server {
  try {
    return createTlsServer({ ...limits, cert, key });
  } catch (cause) {
    const message = '`tls` must have a valid certificate and its key, in PEM format';
    throw new StorageError({ code: 'InvalidArgument', message, cause });
  }
}

/** Returns the key pairs, or a random one. */
function resolveCredentials(options: ServeOptions, host: string): readonly [Credentials, ...Credentials[]] {
  const [first, ...rest] = listCredentials(options.credentials);
  if (first !== undefined) return [first, ...rest];
  if (!loopbackHosts.has(host)) {
    throw new StorageError({
      code: 'InvalidArgument',
      message: `listening on \`host\` ${JSON.stringify(host)}, which other machines can reach, requires \`credentials\``,
    });
  }
  return [{ accessKey: randomBytes(10).toString('hex'), secretKey: randomBytes(20).toString('hex') }];
}

function formatHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Passes the requests of a server to a handler, and ends them when the server is closed. */
class Listener {
  readonly #server: Server;
  readonly #handler: RequestHandler;
  /** Connections with a response that is not sent yet. */
  readonly #busy = new Map<Socket, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  #closing: Promise<void> | undefined;

  constructor(server: Server, handler: RequestHandler) {
    this.#server = server;
    this.#handler = handler;
    server.on('request', this.#onRequest);
    // The handler sends `100 Continue` itself, once it has accepted the headers.
    server.on('checkContinue', this.#onRequest);
    server.on('checkExpectation', this.#onExpectation);
    server.on('clientError', this.#onClientError);
    server.on('timeout', this.#onTimeout);
  }

  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      // Otherwise a client could keep the server running with further requests.
      for (const { response } of this.#busy.values()) response.shouldKeepAlive = false;
      this.#closeIdle();
    });
    return this.#closing;
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      response.writeHead(refusal, ['Content-Length', '0', 'Connection', 'close']).end();
      return;
    }
    const { socket } = request;
    this.#busy.set(socket, { request, response });
    if (this.#closing !== undefined) response.shouldKeepAlive = false;
    response.once('close', () => {
      // A pipelined request may have taken the place of this one.
      if (this.#busy.get(socket)?.response === response) this.#busy.delete(socket);
      if (this.#closing !== undefined) this.#closeIdle();
    });
    void this.#handler(request, response);
  };

  /** Handles a request with another `Expect` header than `100-continue`. As on MinIO, an empty one is ignored. */
  readonly #onExpectation = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers.expect === '') this.#onRequest(request, response);
    else response.writeHead(417, ['Content-Length', '0', 'Connection', 'close']).end();
  };

  /** Closes the connections that are not sending a response, also those with an incomplete request. */
  #closeIdle(): void {
    if (this.#busy.size === 0) this.#server.closeAllConnections();
    else this.#server.closeIdleConnections();
  }

  /** Closes a connection whose client neither sends nor receives. A client that waits for the datastore keeps its connection. */
  readonly #onTimeout = (socket: Socket): void => {
    const running = this.#busy.get(socket);
    if (running === undefined || !running.request.complete || running.response.writableNeedDrain) socket.destroy();
    else socket.setTimeout(this.#server.timeout);
  };

  /** Answers a request that is not HTTP, or exceeds a limit, and closes its connection. */
  readonly #onClientError = (error: Error, socket: Duplex): void => {
    if (!socket.writable || this.#busy.get(socket as Socket)?.response.headersSent === true) {
      socket.destroy();
      return;
    }
    const status = statusByParserError['code' in error ? String(error.code) : ''] ?? '400 Bad Request';
    // Destroyed, because a handler that is still reading the payload would write its response as well.
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, () => socket.destroy());
  };
}

/** Returns the status for a request that the parser of Node accepts and HTTP does not, undefined for a valid one. */
function refusalOf({ rawHeaders, headers, httpVersionMajor }: IncomingMessage): number | undefined {
  if (httpVersionMajor !== 1) return httpVersionMajor === 0 ? 400 : 505;
  // Proxies may choose another one of several hosts, and so another bucket.
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host');
  return hosts.length > 1 || /[^\w.:[\]%~!$&'()*+,;=-]/.test(headers.host ?? '') ? 400 : undefined;
}

const statusByParserError: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
