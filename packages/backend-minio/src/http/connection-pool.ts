import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { StorageError } from '@anybucket/core/backend';

/** Unused connections are closed after this time. Servers keep theirs longer, so a request rarely meets a connection that is closing. */
const keepAliveMs = 15_000;
/** While other requests are queued, the connection of a response is reclaimed when its reader has paused for this time. */
const maxPauseMs = 100;

export interface ConnectionPoolOptions {
  readonly tls: boolean;
  /** Maximum number of connections, at least 2. */
  readonly maxConnections: number;
}

export interface AcquireOptions {
  /** True for a request whose payload is read from a source while it is sent. */
  readonly streamed: boolean;
  /** True to skip the queue. */
  readonly urgent: boolean;
  /** Leaves the queue when it is aborted. */
  readonly signal: AbortSignal | undefined;
}

interface Waiter {
  readonly streamed: boolean;
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
  readonly #agent: Agent;
  readonly #tls: boolean;
  readonly #maxConnections: number;
  readonly #urgent = new Set<Waiter>();
  readonly #queue = new Set<Waiter>();
  /** The paused connections with the start of their pauses, the longest pause first. */
  readonly #paused = new Map<Connection, number>();
  #active = 0;
  #streamed = 0;
  /** Connections that were reclaimed and are not closed yet. */
  #reclaimed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ tls, maxConnections }: ConnectionPoolOptions) {
    const options = { keepAlive: true, timeout: keepAliveMs, scheduling: 'lifo' } as const;
    this.#agent = tls ? new TlsAgent(options) : new Agent(options);
    this.#tls = tls;
    this.#maxConnections = maxConnections;
  }

  /** Waits for a connection. The caller must start a request on it, or call `releaseUnused`. @throws the reason of the signal. */
  async acquire({ streamed, urgent, signal }: AcquireOptions): Promise<Connection> {
    signal?.throwIfAborted();
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
      const waiter = { streamed, grant };
      queue.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#grantNext();
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
  }

  /** @internal */
  createRequest(options: RequestOptions): ClientRequest {
    const request = (this.#tls ? httpsRequest : httpRequest)({ ...options, agent: this.#agent });
    // Connections to other hosts of the server (virtual-hosted buckets) may be unused, but count, too.
    const unused = Object.values(this.#agent.freeSockets).flatMap((sockets) => sockets ?? []);
    for (const socket of unused.slice(0, Math.max(0, unused.length - (this.#maxConnections - this.#active)))) socket.destroy();
    return request;
  }

  /** @internal */
  setPaused(connection: Connection, paused: boolean): void {
    this.#paused.delete(connection);
    if (!paused) return;
    this.#paused.set(connection, performance.now());
    this.#scheduleReclaim();
  }

  #grantNext(): void {
    for (const queue of [this.#urgent, this.#queue]) {
      for (const waiter of queue) {
        if (this.#active >= this.#maxConnections) break;
        if (waiter.streamed && this.#streamed >= this.#maxConnections - 1) continue;
        queue.delete(waiter);
        this.#active++;
        if (waiter.streamed) this.#streamed++;
        waiter.grant(new Connection(this, (connection) => this.#release(connection, waiter.streamed)));
      }
    }
    this.#scheduleReclaim();
  }

  #release(connection: Connection, streamed: boolean): void {
    this.#paused.delete(connection);
    this.#active--;
    if (streamed) this.#streamed--;
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

/** The right to use one connection for one request. It ends when the response has been read or the connection is closed. */
export class Connection {
  readonly #pool: ConnectionPool;
  #release: (() => void) | undefined;
  #request: ClientRequest | undefined;
  #reclaimed = false;

  constructor(pool: ConnectionPool, release: (connection: Connection) => void) {
    this.#pool = pool;
    this.#release = () => release(this);
  }

  /** True after the pool has closed the connection because its reader had paused. */
  get reclaimed(): boolean {
    return this.#reclaimed;
  }

  /** Starts the request. @throws `InvalidArgument` for an invalid header. */
  open(options: RequestOptions): ClientRequest {
    try {
      this.#request = this.#pool.createRequest(options);
    } catch (cause) {
      // Only a native header can be invalid in HTTP. Node's message names the header, but not its value.
      throw new StorageError({ code: 'InvalidArgument', message: cause instanceof Error ? cause.message : String(cause), cause });
    }
    return this.#request.once('close', () => this.#end());
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
    if (this.#request === undefined) this.#end();
  }

  #end(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}
