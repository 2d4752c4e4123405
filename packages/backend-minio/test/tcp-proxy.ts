import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MinioAddress } from '@anybucket/minio-server';

type Direction = 'request' | 'response';

/** Where a connection breaks: when it is accepted, or before the byte at an offset of one direction. */
export type BreakPoint = 'connect' | { readonly [direction in Direction]?: number };

/** How a connection breaks. */
export interface Break {
  readonly at: BreakPoint;
  /** Offsets count from the first request with this text. @defaultValue the begin of the connection */
  readonly within?: string | undefined;
  /**
   * `reset` resets the connection. `half-close` ends the direction, and leaves the other one open. `stall` passes nothing more in
   * either direction.
   */
  readonly action: 'reset' | 'half-close' | 'stall';
  /** Number of connections that break. */
  readonly times: number;
}

/** How bytes are passed on, in both directions. */
export interface Pace {
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
  /** Maximum bytes per write. */
  readonly writeBytes?: number;
  /** Delay between the end of one side and that of the other. */
  readonly closeDelayMs?: number;
}

/** A proxy of bytes, below HTTP: paces connections and breaks them. For faults of single requests, use `FaultProxy`. */
export class TcpProxy implements AsyncDisposable {
  /** Number of connections that broke as set. */
  broken = 0;
  /** The break of the next connections. */
  break: Break | undefined;
  readonly #target: MinioAddress;
  readonly #pace: Pace;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  private constructor(target: MinioAddress, pace: Pace) {
    this.#target = target;
    this.#pace = pace;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  static async start(target: MinioAddress, pace: Pace = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, pace);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The address of the server behind the proxy. */
  get address(): MinioAddress {
    return { ...this.#target, endPoint: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** Number of open connections of clients. */
  get openConnections(): number {
    return this.#clients.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    this.#clients.add(client.on('error', () => {}).on('close', () => this.#clients.delete(client)));
    if (this.break?.at === 'connect' && this.#takeBreak()) {
      if (this.break.action === 'reset') client.resetAndDestroy();
      else if (this.break.action === 'half-close') client.end().resume();
      else discard(client);
      return;
    }
    const { endPoint: host, port } = this.#target;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true }).on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    new ProxiedConnection(client, server, this.#pace, this.break, () => this.#takeBreak()).start();
  }

  #takeBreak(): boolean {
    if (this.break === undefined || this.broken >= this.break.times) return false;
    this.broken++;
    return true;
  }
}

/** Reads on, so that the end of the connection is noticed. */
function discard(client: Socket): void {
  // Not before the iterator has removed its listeners.
  setImmediate(() => client.once('end', () => client.end()).resume());
}

class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pace: Pace;
  readonly #break: Break | undefined;
  readonly #takeBreak: () => boolean;
  readonly #passed: Record<Direction, number> = { request: 0, response: 0 };
  #isArmed: boolean;
  #isStalled = false;

  constructor(client: Socket, server: Socket, pace: Pace, planned: Break | undefined, takeBreak: () => boolean) {
    this.#client = client;
    this.#server = server;
    this.#pace = pace;
    this.#break = planned;
    this.#takeBreak = takeBreak;
    this.#isArmed = planned !== undefined && planned.within === undefined;
  }

  start(): void {
    // A failure of one side closes both; see `TcpProxy`.
    this.#pump('request', this.#client, this.#server).catch(() => this.#client.destroy());
    this.#pump('response', this.#server, this.#client).catch(() => this.#client.destroy());
  }

  async #pump(direction: Direction, source: Socket, target: Socket): Promise<void> {
    const { latencyMs, closeDelayMs } = this.#pace;
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (this.#isStalled) return;
      if (latencyMs !== undefined) await sleep(latencyMs);
      if (direction === 'request') this.#arm(chunk);
      const limit = this.#limit(direction);
      const rest = limit - this.#passed[direction];
      this.#passed[direction] += chunk.length;
      if (rest >= chunk.length || !this.#takeBreak()) {
        await this.#write(target, chunk);
        continue;
      }
      await this.#write(target, chunk.subarray(0, rest));
      return this.#breakOff(source, target);
    }
    if (closeDelayMs !== undefined) await sleep(closeDelayMs);
    target.end();
  }

  /** Counts from the request with the text of the break. */
  #arm(chunk: Buffer): void {
    const within = this.#break?.within;
    if (this.#isArmed || within === undefined || !chunk.includes(within)) return;
    this.#isArmed = true;
    this.#passed.request = 0;
    this.#passed.response = 0;
  }

  #limit(direction: Direction): number {
    const at = this.#break?.at;
    return !this.#isArmed || at === undefined || at === 'connect' ? Infinity : (at[direction] ?? Infinity);
  }

  #breakOff(source: Socket, target: Socket): void {
    switch (this.#break?.action) {
      case 'reset':
        this.#client.resetAndDestroy();
        break;
      case 'half-close':
        target.end();
        discard(source);
        break;
      default:
        this.#isStalled = true;
        discard(this.#client);
    }
  }

  async #write(target: Socket, chunk: Buffer): Promise<void> {
    const { bytesPerSecond, writeBytes = chunk.length } = this.#pace;
    for (let start = 0; start < chunk.length; start += writeBytes) {
      const piece = chunk.subarray(start, start + writeBytes);
      if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1000);
      // Written one by one, so that they are sent as they are.
      if (target.writable) await new Promise<void>((resolve) => target.write(piece, () => resolve()));
    }
  }
}
