// A connection that repeats a request. It does not parse responses beyond the first, so that the server is measured and not the client.
import { connect } from 'node:net';

export class HttpConnection {
  #socket;
  /** Size of each response in bytes, by request. */
  #sizes = new Map();
  #received = 0;
  #expected = 0;
  #resolve = () => {};

  constructor(port) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => {
      this.#received += chunk.length;
      if (this.#received >= this.#expected) this.#resolve();
    });
    this.#socket.unref();
  }

  /** Sends a request and waits for its response, which always has the same size. */
  async send(request) {
    const size = this.#sizes.get(request) ?? (await this.#measure(request));
    await this.#receive(request, size);
  }

  /** Sends a request once and returns the head of its response. */
  async head(request) {
    let text = '';
    const listener = (chunk) => (text += chunk.toString('latin1'));
    this.#socket.on('data', listener);
    await this.#measure(request);
    this.#socket.off('data', listener);
    return text.slice(0, text.indexOf('\r\n\r\n'));
  }

  async #measure(request) {
    let text = '';
    const listener = (chunk) => (text += chunk.toString('latin1'));
    this.#socket.on('data', listener);
    await this.#receive(request, 1);
    while (!text.includes('\r\n\r\n')) await new Promise((resolve) => (this.#resolve = resolve));
    const head = text.slice(0, text.indexOf('\r\n\r\n') + 4);
    const length = head.startsWith('HTTP/1.1 304') ? 0 : Number(/content-length: (\d+)/i.exec(head)[1]);
    const size = head.length + length;
    this.#expected = size;
    if (this.#received < size) await new Promise((resolve) => (this.#resolve = resolve));
    this.#socket.off('data', listener);
    this.#sizes.set(request, size);
    return size;
  }

  #receive(request, size) {
    this.#received = 0;
    this.#expected = size;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(request);
    });
  }
}
