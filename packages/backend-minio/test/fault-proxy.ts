import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { MinioAddress } from '@anybucket/minio-server';

/** What the proxy does with a request instead of passing it on. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Says nothing, for ever. */
  | { readonly kind: 'stall' }
  /** Passes it on a while later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Closes the connection when so many bytes of the request's body have come. */
  | { readonly kind: 'cut-request'; readonly after: number }
  /** Passes the request on, and closes the connection instead of answering. */
  | { readonly kind: 'lose-answer' }
  /** Closes the connection after so many bytes of the answer's body. */
  | { readonly kind: 'cut-answer'; readonly after: number }
  /** Says no more after so many bytes of the answer's body. */
  | { readonly kind: 'stall-answer'; readonly after: number };

/** A request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
}

/** Stands between a client and a server, and spoils what it is told to. */
export class FaultProxy implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  /** Connections that were ever made. */
  connections = 0;
  /** Decides what becomes of a request; undefined passes it on. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  readonly #target: MinioAddress;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(target: MinioAddress) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing));
    // Longer than a busy machine may pause between two calls: then they share a connection for certain.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      this.connections++;
      this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {}));
    });
  }

  static async start(target: MinioAddress): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.listen();
    return proxy;
  }

  /** The address of the server as seen through the proxy. */
  get address(): MinioAddress {
    return { ...this.#target, endPoint: '127.0.0.1', port: this.#port };
  }

  /** Connections that stand now. */
  get standing(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections, as a server that was killed. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const seen = { method: incoming.method ?? '', url: incoming.url ?? '' };
    this.requests.push(seen);
    const fault = this.fault(seen);
    incoming.on('error', () => {});
    switch (fault?.kind) {
      case 'stall':
        return;
      case 'delay':
        setTimeout(() => this.#pass(incoming, outgoing, undefined), fault.ms);
        return;
      case 'answer':
        incoming.resume();
        outgoing.writeHead(fault.status, fault.headers).end(fault.body);
        return;
      case 'cut-request': {
        let received = 0;
        incoming.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received >= fault.after) incoming.socket.destroy();
        });
        return;
      }
      default:
        this.#pass(incoming, outgoing, fault);
    }
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    const { expect: _, ...headers } = incoming.headers;
    const { endPoint: host, port } = this.#target;
    const forwarded = request({ host, port, method: incoming.method, path: incoming.url, headers, agent: false });
    outgoing.on('close', () => forwarded.destroy());
    forwarded.on('error', () => outgoing.destroy());
    forwarded.on('response', (answer) => {
      if (fault?.kind === 'lose-answer') {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      const after = fault?.kind === 'cut-answer' || fault?.kind === 'stall-answer' ? fault.after : Infinity;
      let sent = 0;
      answer.on('data', (chunk: Buffer) => {
        if (sent >= after) return;
        const rest = chunk.subarray(0, after - sent);
        sent += rest.length;
        const goOn = outgoing.write(rest, () => {
          if (sent >= after && fault?.kind === 'cut-answer') incoming.socket.destroy();
        });
        if (!goOn) {
          answer.pause();
          outgoing.once('drain', () => answer.resume());
        }
      });
      answer.on('end', () => {
        if (sent < after) outgoing.end();
      });
      answer.on('error', () => outgoing.destroy());
    });
    incoming.pipe(forwarded);
  }
}

/** Spoils the first requests that fit, then lets all pass. */
export function first(count: number, fits: (request: SeenRequest) => boolean, fault: Fault): (request: SeenRequest) => Fault | undefined {
  let left = count;
  return (seen) => (fits(seen) && left-- > 0 ? fault : undefined);
}
