import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { hostHeader } from './endpoint.js';
import { TunnelAgent } from './proxy.js';
import type { Proxy } from './proxy.js';
import { readTlsMaterial } from './tls-material.js';
import type { TlsMaterialOptions } from './tls-material.js';

/** Unused connections are closed after this time. Servers keep theirs longer, so a request rarely meets a connection that is closing. */
const keepAliveMs = 15_000;
/** While other requests are queued, the connection of a response is reclaimed when its reader has paused for this time. */
const maxPauseMs = 100;

export interface ConnectionPoolOptions extends TlsMaterialOptions {
  readonly tls: boolean;
  readonly connectTimeoutMs: number;
  /** @defaultValue direct connections */
  readonly proxy?: Proxy | undefined;
  /** Opens the connections, and is not closed with the pool. @defaultValue an agent of the pool */
  readonly agent?: Agent | undefined;
  /** Maximum number of connections, at least 2. */
  readonly maxConnections: number;
}

export interface AcquireOptions {
  /** True for a request whose payload is read from a source while it is sent. */
  readonly streamed: boolean;
  /** True to skip the queue. */
  readonly urgent: boolean;
  /** True to open a new connection, which is closed after the response. An agent of the options may reuse one nevertheless. */
  readonly fresh: boolean;
  /** Leaves the queue when it is aborted. */
  readonly signal: AbortSignal | undefined;
}

interface Waiter {
  readonly streamed: boolean;
  readonly fresh: boolean;
  readonly grant: (connection: Connection) => void;
}

/**
 * Limits the connections to a server. Further requests wait in the order of their arrival.
 *
 * The queue cannot deadlock, although the caller may hold a connection while it waits for another. A response whose reader pauses does not
 * keep its connection from the queue: the connection is closed, and the reader requests the remaining bytes later. A request whose payload
 * comes from a source may wait for such a reader, so one connection is never given to a streamed request.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #maxConnections: number;
  #ownAgent: Agent | undefined;
  /** Opens a connection per request. */
  #freshAgent: Agent | undefined;
  readonly #urgent = new Set<Waiter>();
  readonly #queue = new Set<Waiter>();
  /** The paused connections with the start of their pauses, the longest pause first. */
  readonly #paused = new Map<Connection, number>();
  /** The granted connections. */
  #active = 0;
  /** Those on which a request was started. */
  #started = 0;
  #streamed = 0;
  /** Connections that were reclaimed and are not closed yet. */
  #reclaimed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#maxConnections = options.maxConnections;
  }

  /** The agent that opens the connections. Created on first use, which reads the files of certificates. @throws `ConfigError` */
  get agent(): Agent {
    return this.#options.agent ?? (this.#ownAgent ??= this.#createAgent(true));
  }

  /** Waits for a connection. The caller must start a request on it, or call `releaseUnused`. @throws the reason of the signal. */
  async acquire({ streamed, urgent, fresh, signal }: AcquireOptions): Promise<Connection> {
    signal?.throwIfAborted();
    const mustQueue = this.#urgent.size > 0 || (!urgent && this.#queue.size > 0) || !this.#hasFree(streamed);
    if (!mustQueue) return this.#grant(streamed, fresh);
    const queue = urgent ? this.#urgent : this.#queue;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.delete(waiter);
        this.#scheduleReclaim();
        reject(signal?.reason);
      };
      const grant = (connection: Connection): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(connection);
      };
      const waiter = { streamed, fresh, grant };
      queue.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#grantNext();
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#ownAgent?.destroy();
    this.#freshAgent?.destroy();
  }

  /** @internal */
  createRequest(options: RequestOptions, fresh: boolean): ClientRequest {
    const { tls, proxy } = this.#options;
    const agent = fresh && this.#options.agent === undefined ? (this.#freshAgent ??= this.#createAgent(false)) : this.agent;
    const target = tls || proxy === undefined ? options : throughProxy(options, proxy);
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)({ ...target, agent });
    this.#started++;
    this.#closeExcess();
    return request;
  }

  /** @internal */
  setPaused(connection: Connection, paused: boolean): void {
    this.#paused.delete(connection);
    if (!paused) return;
    this.#paused.set(connection, performance.now());
    this.#scheduleReclaim();
  }

  #createAgent(keepAlive: boolean): Agent {
    const { tls, proxy, connectTimeoutMs } = this.#options;
    const options = { keepAlive, timeout: keepAliveMs, scheduling: 'lifo' } as const;
    if (!tls) return proxy?.protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
    const tlsOptions = { ...options, ...readTlsMaterial(this.#options) };
    return proxy === undefined ? new TlsAgent(tlsOptions) : new TunnelAgent(proxy, connectTimeoutMs, tlsOptions);
  }

  /** Closes unused connections beyond the limit. Those to other hosts of the server (virtual-hosted buckets) count, too. */
  #closeExcess(): void {
    const unused = Object.values(this.#ownAgent?.freeSockets ?? {});
    const count = unused.reduce((sum, sockets = []) => sum + sockets.length, 0);
    // Not of the granted ones: those that have not started yet take unused connections.
    const excess = count + this.#started - this.#maxConnections;
    if (excess > 0) for (const socket of unused.flatMap((sockets = []) => sockets).slice(0, excess)) socket.destroy();
  }

  #hasFree(streamed: boolean): boolean {
    return this.#active < this.#maxConnections && !(streamed && this.#streamed >= this.#maxConnections - 1);
  }

  #grant(streamed: boolean, fresh: boolean): Connection {
    this.#active++;
    if (streamed) this.#streamed++;
    return new Connection(this, fresh, (connection) => this.#release(connection, streamed));
  }

  #grantNext(): void {
    for (const queue of [this.#urgent, this.#queue]) {
      for (const waiter of queue) {
        if (this.#active >= this.#maxConnections) break;
        if (!this.#hasFree(waiter.streamed)) continue;
        queue.delete(waiter);
        waiter.grant(this.#grant(waiter.streamed, waiter.fresh));
      }
    }
    this.#scheduleReclaim();
  }

  #release(connection: Connection, streamed: boolean): void {
    this.#paused.delete(connection);
    this.#active--;
    if (streamed) this.#streamed--;
    if (connection.isStarted) this.#started--;
    if (connection.reclaimed) this.#reclaimed--;
    this.#grantNext();
  }

  /** Reclaims paused connections for the waiting requests, and schedules the next attempt. */
  #scheduleReclaim(): void {
    clearTimeout(this.#timer);
    for (const [connection, pausedSince] of this.#paused) {
      if (this.#urgent.size + this.#queue.size <= this.#reclaimed) return;
      const remainingMs = pausedSince + maxPauseMs - performance.now();
      if (remainingMs > 0) {
        // Keeps the process alive, which the sockets of unread bodies do not.
        this.#timer = setTimeout(() => this.#scheduleReclaim(), remainingMs);
        return;
      }
      this.#paused.delete(connection);
      this.#reclaimed++;
      connection.reclaim();
    }
  }
}

/** Returns a request of plain HTTP for a proxy: to its address, with the whole URL as path. */
function throughProxy({ host, port, path, headers, ...options }: RequestOptions, proxy: Proxy): RequestOptions {
  const server = hostHeader({ protocol: 'http:', port: Number(port) }, host ?? '');
  const proxyHeaders = { ...(headers as Record<string, string>), ...proxy.headers() };
  return {
    ...options,
    protocol: proxy.protocol,
    host: proxy.host,
    port: proxy.port,
    path: `http://${server}${path}`,
    headers: proxyHeaders,
  };
}

/** The right to use one connection for one request. It ends when the response has been read or the connection is closed. */
export class Connection {
  readonly #pool: ConnectionPool;
  readonly #fresh: boolean;
  #release: (() => void) | undefined;
  #request: ClientRequest | undefined;
  #isConnected = false;
  #reclaimed = false;

  constructor(pool: ConnectionPool, fresh: boolean, release: (connection: Connection) => void) {
    this.#pool = pool;
    this.#fresh = fresh;
    this.#release = () => release(this);
  }

  /** True after the pool has closed the connection because its reader had paused. */
  get reclaimed(): boolean {
    return this.#reclaimed;
  }

  /** True after a request was started. */
  get isStarted(): boolean {
    return this.#request !== undefined;
  }

  /** True if the request was sent on a connection that had been idle. */
  get isReused(): boolean {
    return this.#request?.reusedSocket === true;
  }

  /** False if the request failed before it could be sent. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Starts the request. @throws `InvalidArgument` for an invalid header. */
  open(options: RequestOptions): ClientRequest {
    try {
      this.#request = this.#pool.createRequest(options, this.#fresh);
    } catch (cause) {
      if (isStorageError(cause)) throw cause;
      // Only a native header can be invalid in HTTP. Node's message names the header, but not its value.
      throw new StorageError({ code: 'InvalidArgument', message: cause instanceof Error ? cause.message : String(cause), cause });
    }
    return this.#request.once('close', () => this.#end());
  }

  /** Declares that the request is being sent. */
  setConnected(): void {
    this.#isConnected = true;
  }

  /** Declares that the response waits for its reader, or no longer does. While it waits, the pool may close the connection. */
  setPaused(paused: boolean): void {
    if (this.#release !== undefined && !this.#reclaimed) this.#pool.setPaused(this, paused);
  }

  /** Called by the pool. */
  reclaim(): void {
    this.#reclaimed = true;
    this.#request?.destroy();
  }

  /** Returns the connection to the pool if no request was started on it. */
  releaseUnused(): void {
    if (!this.isStarted) this.#end();
  }

  #end(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}
