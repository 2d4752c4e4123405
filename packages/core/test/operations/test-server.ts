import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
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

/** The server of another origin, to which some handlers redirect. */
const other = { origin: '' };

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
  '/redirect-away': (response) => response.writeHead(302, { location: `${other.origin}/text` }).end(),
  '/redirect-away-307': (response) => response.writeHead(307, { location: `${other.origin}/text` }).end(),
  '/redirect-307': (response) => response.writeHead(307, { location: '/text' }).end(),
  '/redirect-303': (response) => response.writeHead(303, { location: '/text' }).end(),
  '/redirect-loop': (response) => response.writeHead(302, { location: '/redirect-loop' }).end(),
  '/redirect-invalid': (response) => response.writeHead(302, { location: 'http://[' }).end(),
  '/redirect-nowhere': (response) => response.writeHead(302).end(),
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
  '/half-gzip': (response) => {
    const half = gzipSync(Buffer.alloc(10_000, text)).subarray(0, 50);
    response.setHeader('content-encoding', 'gzip').setHeader('content-length', half.length).end(half);
  },
  '/half-gzip-chunked': (response) => {
    response.setHeader('content-encoding', 'gzip').write(gzipSync(Buffer.alloc(10_000, text)).subarray(0, 50));
    response.end();
  },
  '/half-brotli': (response) =>
    response.setHeader('content-encoding', 'br').end(brotliCompressSync(Buffer.alloc(10_000, text)).subarray(0, 20)),
  '/not-gzip': (response) => response.setHeader('content-encoding', 'gzip').end(text),
  '/x-gzip': (response) => response.setHeader('content-encoding', 'X-GZIP').end(gzipSync(text)),
  '/brotli': (response) => response.setHeader('content-encoding', 'br').end(brotliCompressSync(text)),
  '/deflate': (response) => response.setHeader('content-encoding', 'deflate').end(deflateSync(text)),
  '/raw-deflate': (response) => response.setHeader('content-encoding', 'deflate').end(deflateRawSync(text)),
  '/twice-encoded': (response) => response.setHeader('content-encoding', 'deflate, gzip').end(gzipSync(deflateSync(text))),
  '/identity': (response) => response.setHeader('content-encoding', 'identity').setHeader('content-length', 12).end(text),
  '/unknown-encoding': (response) => response.setHeader('content-encoding', 'x-rot13').setHeader('content-length', 12).end(text),
  '/empty-gzip': (response) => response.setHeader('content-encoding', 'gzip').setHeader('content-length', 0).end(),
  '/bomb': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(2 ** 20))),
  '/reset': (response) => response.destroy(),
  '/hang': (response) => response.write(text),
  '/silent': () => {},
};

/** An HTTP server for the tests of a file, with one handler per path. */
export interface TestServer {
  readonly origin: string;
  /** The requests received by another origin, to which some paths redirect. */
  readonly otherRequests: readonly ReceivedRequest[];
  /** The requests received during the current test. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when the connection of a response is closed. */
  responseClosed(): Promise<void>;
}

/** Starts a server before the tests of a file, and stops it afterwards. */
export function useTestServer(): TestServer {
  const requests: ReceivedRequest[] = [];
  const otherRequests: ReceivedRequest[] = [];
  let closeListeners: (() => void)[] = [];
  let origin = '';
  let otherServer: Server;
  const server = createServer((request, response) => {
    const received = request.socket.localPort === Number(new URL(origin).port) ? requests : otherRequests;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      respond(new URL(url ?? '', 'http://x').pathname, response);
    });
    response.on('close', () => closeListeners.forEach((listener) => listener()));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    otherServer = createServer((request, response) => void server.emit('request', request, response));
    await new Promise<void>((resolve) => otherServer.listen(0, '127.0.0.1', resolve));
    other.origin = `http://127.0.0.1:${(otherServer.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    for (const each of [server, otherServer]) {
      each.closeAllConnections();
      await new Promise((resolve) => each.close(resolve));
    }
  });

  beforeEach(() => {
    requests.length = 0;
    otherRequests.length = 0;
    closeListeners = [];
  });

  return {
    get origin() {
      return origin;
    },
    requests,
    otherRequests,
    responseClosed: () => new Promise<void>((resolve) => closeListeners.push(resolve)),
  };
}

/** Responds with the status in the path, or with the handler of the path. */
function respond(path: string, response: ServerResponse): void {
  const status = /^\/(\d{3})$/.exec(path)?.[1];
  if (status !== undefined) response.writeHead(Number(status)).end('an error page');
  else handlers[path]?.(response);
}
