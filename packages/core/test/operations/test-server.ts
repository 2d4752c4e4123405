import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** The body of the successful responses. */
export const text = 'hello wörld';

/** A request received by the server. */
interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Response handlers by path. */
const handlers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/text': (response) =>
    response.setHeader('content-type', 'text/html; charset=utf-8').setHeader('content-length', Buffer.byteLength(text)).end(text),
  '/chunked': (response) => {
    response.write(text.slice(0, 5));
    response.end(text.slice(5));
  },
  '/gzip': (response) => {
    const packed = gzipSync(text);
    response.setHeader('content-encoding', 'gzip').setHeader('content-length', packed.length).end(packed);
  },
  '/empty': (response) => response.writeHead(204).end(),
  '/typeless': (response) => response.setHeader('content-type', '').end(text),
  '/redirect': (response) => response.writeHead(302, { location: '/text' }).end(),
  '/redirect-to-file': (response) => response.writeHead(302, { location: 'file:///etc/hosts' }).end(),
  '/cut': (response) => {
    response.setHeader('content-length', 100).write(text);
    setImmediate(() => response.destroy());
  },
  '/cut-chunked': (response) => {
    response.write(text);
    setImmediate(() => response.destroy());
  },
  '/cut-gzip': (response) => {
    const packed = gzipSync(Buffer.alloc(10_000, text));
    response
      .setHeader('content-encoding', 'gzip')
      .setHeader('content-length', packed.length)
      .write(packed.subarray(0, packed.length / 2));
    setImmediate(() => response.destroy());
  },
  '/reset': (response) => response.destroy(),
  '/hang': (response) => response.write(text),
  '/silent': () => {},
};

/** An HTTP server for the tests of a file, with one handler per path. */
export interface TestServer {
  readonly origin: string;
  /** The requests received during the current test. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when the connection of a response is closed. */
  responseClosed(): Promise<void>;
}

/** Starts a server before the tests of a file, and stops it afterwards. */
export function useTestServer(): TestServer {
  const requests: ReceivedRequest[] = [];
  let closeListeners: (() => void)[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      respond(new URL(url ?? '', 'http://x').pathname, response);
    });
    response.on('close', () => closeListeners.forEach((listener) => listener()));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    requests.length = 0;
    closeListeners = [];
  });

  return {
    get origin() {
      return origin;
    },
    requests,
    responseClosed: () => new Promise<void>((resolve) => closeListeners.push(resolve)),
  };
}

/** Responds with the status in the path, or with the handler of the path. */
function respond(path: string, response: ServerResponse): void {
  const status = /^\/(\d{3})$/.exec(path)?.[1];
  if (status !== undefined) response.writeHead(Number(status)).end('an error page');
  else handlers[path]?.(response);
}
