import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { testCertificate } from './test-certificate.js';

/** A TCP or TLS server that passes each connection to the test, for responses that an HTTP server cannot send. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts a {@link RawServer} on the loopback interface. With `tls`, its certificate is not trusted. */
export async function startRawServer(onConnection: (socket: Socket) => void, { tls = false } = {}): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const listener = (socket: Socket): void => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    onConnection(socket);
  };
  const server = tls ? createTlsServer(testCertificate, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
