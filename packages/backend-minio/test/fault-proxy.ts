import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { MinioAddress } from '@anybucket/minio-server';
import { testCertificate } from './test-certificate.js';

/** What the proxy does with a request instead of forwarding it. */
export type Fault =
  | { readonly kind: 'respond'; readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Never responds. */
  | { readonly kind: 'stall' }
  /** Forwards it later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Closes the connection after `after` bytes of the request body. */
  | { readonly kind: 'cut-request'; readonly after: number }
  /** Forwards the request, and closes the connection instead of sending the response. */
  | { readonly kind: 'lose-response' }
  /** Closes the connection after `after` bytes of the response body. */
  | { readonly kind: 'cut-response'; readonly after: number }
  /** Stops sending after `after` bytes of the response body. */
  | { readonly kind: 'stall-response'; readonly after: number };

/** A request that the proxy received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP proxy in front of a server that injects faults. */
export class FaultProxy implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Number of connections accepted so far. */
  connections = 0;
  /** Returns the fault for a request, or undefined to forward it. */
  fault: (request: ReceivedRequest) => Fault | undefined = () => undefined;
  readonly #target: MinioAddress;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(target: MinioAddress, tls: boolean) {
    this.#target = target;
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => this.#handle(incoming, outgoing);
    this.#server = tls ? createTlsServer(testCertificate, listener) : createServer(listener);
    // Longer than any pause between two calls on a busy machine, so that they share a connection.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      this.connections++;
      this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {}));
    });
  }

  /** With `tls`, its certificate is not trusted. */
  static async start(target: MinioAddress, { tls = false } = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, tls);
    await proxy.listen();
    return proxy;
  }

  /** The address of the server behind the proxy. */
  get address(): MinioAddress {
    return { ...this.#target, endPoint: '127.0.0.1', port: this.#port };
  }

  /** Number of open connections. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Closes all connections and refuses new ones. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const received = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    this.requests.push(received);
    const fault = this.fault(received);
    incoming.on('error', () => {});
    switch (fault?.kind) {
      case 'stall':
        return;
      case 'delay':
        setTimeout(() => this.#forward(incoming, outgoing, undefined), fault.ms);
        return;
      case 'respond':
        incoming.resume();
        outgoing.writeHead(fault.status, fault.headers).end(fault.body);
        return;
      case 'cut-request': {
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes >= fault.after) incoming.socket.destroy();
        });
        return;
      }
      default:
        this.#forward(incoming, outgoing, fault);
    }
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    const { expect: _, ...headers } = incoming.headers;
    const { endPoint: host, port } = this.#target;
    const forwarded = request({ host, port, method: incoming.method, path: incoming.url, headers, agent: false });
    outgoing.on('close', () => forwarded.destroy());
    forwarded.on('error', () => outgoing.destroy());
    forwarded.on('response', (response) => {
      if (fault?.kind === 'lose-response') {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      const after = fault?.kind === 'cut-response' || fault?.kind === 'stall-response' ? fault.after : Infinity;
      let sent = 0;
      response.on('data', (chunk: Buffer) => {
        if (sent >= after) return;
        const rest = chunk.subarray(0, after - sent);
        sent += rest.length;
        const hasRoom = outgoing.write(rest, () => {
          if (sent >= after && fault?.kind === 'cut-response') incoming.socket.destroy();
        });
        if (!hasRoom) {
          response.pause();
          outgoing.once('drain', () => response.resume());
        }
      });
      response.on('end', () => {
        if (sent < after) outgoing.end();
      });
      response.on('error', () => outgoing.destroy());
    });
    incoming.pipe(forwarded);
  }
}

/** Returns a fault function that applies `fault` to the first `count` requests that match. */
export function first(
  count: number,
  matches: (request: ReceivedRequest) => boolean,
  fault: Fault,
): (request: ReceivedRequest) => Fault | undefined {
  let left = count;
  return (received) => (matches(received) && left-- > 0 ? fault : undefined);
}
