// A connection that repeats a request. It does not parse responses beyond the first, so that the server is measured and not the client.
import { connect } from 'node:net';

export class HttpConnection {
  #socket;
  /** Size of each response in bytes, by request. */
  #sizes = new Map();
  #received = 0;
  #expected = 0;
  #resolve = () => {};

  #listener = () => {};
  #port;

  constructor(port) {
    this.#port = port;
  }

  /** Sends a request and waits for its response, which always has the same size. */
  async send(request) {
    const size = this.#sizes.get(request) ?? (await this.#measure(request));
    await this.#receive(request, size);
  }

  /** Sends a request once and returns the head of its response. */
  async head(request) {
    return this.#measure(request, true);
  }

  async #measure(request, isHead = false) {
    let text = '';
    this.#listener = (chunk) => (text += chunk.toString('latin1'));
    await this.#receive(request, 1);
    while (!text.includes('\r\n\r\n')) await new Promise((resolve) => (this.#resolve = resolve));
    const head = text.slice(0, text.indexOf('\r\n\r\n') + 4);
    const length = head.startsWith('HTTP/1.1 304') ? 0 : Number(/content-length: (\d+)/i.exec(head)[1]);
    this.#expected = head.length + length;
    if (this.#received < this.#expected) await new Promise((resolve) => (this.#resolve = resolve));
    this.#listener = () => {};
    this.#sizes.set(request, this.#expected);
    return isHead ? head.trimEnd() : this.#expected;
  }

  #receive(request, size) {
    this.#received = 0;
    this.#expected = size;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket ??= this.#connect();
      this.#socket.write(request);
    });
  }

  /** Connects again after the server has closed an idle connection. */
  #connect() {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => {
      this.#received += chunk.length;
      this.#listener(chunk);
      if (this.#received >= this.#expected) this.#resolve();
    });
    socket.on('close', () => (this.#socket = undefined)).on('error', () => {});
    return socket.unref();
  }
}
