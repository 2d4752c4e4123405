// A client of an S3 server that costs little, so that a measurement shows the server: requests are signed in advance, one TCP connection per
// caller, and no more of a response is parsed than its status and its length.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

/** `UNSIGNED-PAYLOAD`, as clients sign large bodies. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

const largestKeptBody = 2 ** 22;
const endOfHead = Buffer.from('\r\n\r\n');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const emptyHash = sha256('');

/**
 * Signs a request with Signature Version 4.
 * @param address `{ port, region, accessKey, secretKey }` of a server on the loopback interface
 * @param method the HTTP method
 * @param target the path and the query, whose parameters are sorted; both percent-encoded
 * @param body `{ length, hash }`: the size of the body in bytes and its SHA-256 in hex, or `unsignedPayload`
 * @returns the head of the request, which is valid for 15 minutes
 */
export function signRequest({ port, region, accessKey, secretKey }, method, target, { length = 0, hash = emptyHash } = {}) {
  const [path, query = ''] = target.split('?');
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const headers = { host: `127.0.0.1:${port}`, 'x-amz-content-sha256': hash, 'x-amz-date': date };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonicalRequest = [method, path, query, lines.join(''), names, hash].join('\n');
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const signingKey = scope.split('/').reduce((key, text) => hmac(key, text), `AWS4${secretKey}`);
  const signature = hmac(signingKey, ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const sent = { ...headers, authorization, ...(method === 'PUT' ? { 'content-length': length } : {}) };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n`);
}

/** Returns the head of a request that puts a small body, followed by the body. */
export function signPut(address, target, body) {
  return Buffer.concat([signRequest(address, 'PUT', target, { length: body.length, hash: sha256(body) }), body]);
}

/** The server closed a connection before it responded, which it may do with one that was idle. */
class IdleConnectionClosed extends Error {}

/** A connection that is opened again if the server closes it between two requests. */
export class RawConnection {
  /** @readonly */
  #port;
  #socket;
  #current;

  constructor(port) {
    this.#port = port;
  }

  /**
   * Sends a request and returns the response, `{ status, length, body }`. `body` is absent if it is larger than 4 MiB.
   * @param request the head of the request, and possibly its body
   * @param options `method`; `chunks`, a body to send after the head
   */
  async send(request, options = {}) {
    const isReused = this.#socket !== undefined;
    try {
      return await this.#send(request, options);
    } catch (error) {
      if (isReused && error instanceof IdleConnectionClosed) return this.#send(request, options);
      throw error;
    }
  }

  async #send(request, { method = '', chunks = [] }) {
    this.#socket ??= await this.#open();
    const socket = this.#socket;
    const response = new Promise((resolve, reject) => {
      this.#current = { resolve, reject, method, pending: [], status: 0, remaining: 0, chunked: false, length: 0, body: [] };
    });
    // Reported by the `await` below, also if it is rejected while the body is sent.
    response.catch(() => {});
    socket.write(request);
    for (const chunk of chunks) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), response]);
    }
    return response;
  }

  close() {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #open() {
    const onread = { buffer: Buffer.alloc(2 ** 18), callback: (length, buffer) => this.#onData(buffer.subarray(0, length)) };
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true, onread });
    await once(socket, 'connect');
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#current?.status > 0 && this.#current.remaining === Infinity) this.#finish();
      else this.#current?.reject(new IdleConnectionClosed('the server closed the connection'));
      this.#current = undefined;
    });
    return socket;
  }

  #onData(chunk) {
    const current = this.#current;
    if (current === undefined) return true;
    if (current.status > 0) this.#onBody(chunk);
    else if (current.pending.length === 0) this.#onHead(chunk);
    else this.#onHead(Buffer.concat([...current.pending, chunk]));
    return true;
  }

  #onHead(received) {
    const current = this.#current;
    const end = received.indexOf(endOfHead);
    if (end < 0) {
      current.pending = [Buffer.from(received)];
      return;
    }
    current.pending = [];
    const head = received.latin1Slice(0, end).toLowerCase();
    const rest = received.subarray(end + 4);
    const status = Number(head.slice(9, 12));
    if (status === 100) {
      if (rest.length > 0) this.#onHead(rest);
      return;
    }
    current.status = status;
    current.closes = head.includes('\r\nconnection: close');
    current.chunked = head.includes('\r\ntransfer-encoding: chunked');
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    const hasBody = current.method !== 'HEAD' && status !== 204 && status !== 304;
    current.remaining = !hasBody ? 0 : length === undefined ? Infinity : Number(length);
    if (hasBody && current.chunked) {
      current.framing = '';
      current.remaining = 0;
    } else {
      current.chunked = false;
    }
    if (rest.length > 0) this.#onBody(rest);
    else if (current.remaining === 0 && !current.chunked) this.#finish();
  }

  #onBody(chunk) {
    const current = this.#current;
    if (current.chunked) {
      this.#onChunked(chunk);
      return;
    }
    this.#take(chunk);
    current.remaining -= chunk.length;
    if (current.remaining <= 0) this.#finish();
  }

  /** Decodes `Transfer-Encoding: chunked`. */
  #onChunked(received) {
    const current = this.#current;
    for (let rest = received; rest.length > 0;) {
      if (current.remaining > 0) {
        const data = rest.subarray(0, current.remaining);
        this.#take(data);
        current.remaining -= data.length;
        rest = rest.subarray(data.length);
        continue;
      }
      const end = rest.indexOf('\n');
      current.framing += rest.latin1Slice(0, end < 0 ? rest.length : end + 1);
      if (end < 0) return;
      rest = rest.subarray(end + 1);
      const line = current.framing.trim();
      current.framing = '';
      if (current.isLast) {
        if (line !== '') continue;
        this.#finish();
        return;
      } else if (line !== '') {
        current.remaining = Number.parseInt(line, 16);
        current.isLast = current.remaining === 0;
      }
    }
  }

  #take(chunk) {
    const current = this.#current;
    current.length += chunk.length;
    // The buffer of the socket is reused.
    if (current.length <= largestKeptBody) current.body.push(Buffer.from(chunk));
  }

  #finish() {
    const { resolve, status, length, body, closes } = this.#current;
    this.#current = undefined;
    if (closes) this.close();
    resolve({ status, length, ...(length <= largestKeptBody ? { body: Buffer.concat(body) } : {}) });
  }
}
