import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';

/** A request that the server received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server on the loopback interface whose responses the test defines, and a datastore that uses it. */
export class FakeServer implements AsyncDisposable {
  readonly received: ReceivedRequest[] = [];
  /** Connections that are open now, the maximum at any time, and all so far. */
  readonly connections = { current: 0, max: 0, total: 0 };
  readonly port: number;
  readonly datastore: MinioDatastore;
  readonly #close: () => Promise<void>;

  private constructor(port: number, options: Partial<MinioDatastoreOptions>, close: () => Promise<void>) {
    this.port = port;
    this.datastore = new MinioDatastore({
      endPoint: '127.0.0.1',
      port,
      accessKey: 'key-0123',
      secretKey: 'secret-4567',
      retries: 0,
      // Its responses do not show what it is.
      server: 'minio',
      ...options,
    });
    this.#close = close;
  }

  static async start(
    respond: (request: ReceivedRequest, response: ServerResponse) => void,
    options: Partial<MinioDatastoreOptions> = {},
  ): Promise<FakeServer> {
    const http = createServer((request, response) => {
      const handle = async (): Promise<void> => {
        const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: await text(request) };
        server.received.push(received);
        respond(received, response);
      };
      // A client that closes its connection early is not an error of the test.
      handle().catch(() => {});
    });
    http.on('connection', (socket) => {
      server.connections.total++;
      server.connections.max = Math.max(server.connections.max, ++server.connections.current);
      socket.on('close', () => server.connections.current--);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const server = new FakeServer((http.address() as AddressInfo).port, options, async () => {
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    });
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.datastore.close();
    await this.#close();
  }
}
