/** A client that signs requests as told, and returns responses as received. */
import { createHash, createHmac } from 'node:crypto';
import { request as sendRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Credentials, S3Server } from '../src/index.js';

export interface RawRequest {
  readonly method?: string;
  /** With percent-encoding, without query. */
  readonly path: string;
  /** Encoded parameters in the order of their names. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** @defaultValue that of the server; null for an anonymous request */
  readonly credentials?: Credentials | null;
  /** @defaultValue the SHA-256 of the body */
  readonly payloadHash?: string;
  readonly date?: Date;
  readonly region?: string;
  /** Changes the headers after they were signed. */
  readonly tamper?: (headers: Record<string, string>) => void;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The code in the error document or header. */
  readonly code: string | undefined;
}

/** What later signatures depend on. */
export interface Signed {
  readonly headers: Record<string, string>;
  readonly signature: string;
  readonly signingKey: Buffer;
  readonly date: string;
  readonly scope: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** Signs and sends a request. */
export async function send(server: S3Server, request: RawRequest): Promise<RawResponse> {
  const { headers } = signRequest(server, request);
  request.tamper?.(headers);
  return exchange(server, request, headers);
}

/** Sends a request with headers that are already signed. */
export function exchange(
  server: S3Server,
  { method = 'GET', path, query = '', body = '' }: RawRequest,
  headers: Record<string, string>,
): Promise<RawResponse> {
  const target = query === '' ? path : `${path}?${query}`;
  return new Promise((resolve, reject) => {
    const length = body.length > 0 && headers['content-length'] === undefined ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const options = { host: '127.0.0.1', port: server.port, method, path: target, headers: { ...headers, ...length }, agent: false };
    const message = sendRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? headerOf(response.headers, 'x-minio-error-code');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code });
      });
    });
    message.on('error', reject);
    message.end(body);
  });
}

/** Signs a request in its headers. */
export function signRequest(server: S3Server, request: RawRequest): Signed {
  const { method = 'GET', path, query = '', headers = {}, body = '', date = new Date(), region = server.region } = request;
  const payloadHash = request.payloadHash ?? sha256(body);
  const timestamp = isoBasic(date);
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const all: Record<string, string> = { host: new URL(server.url).host, ...headers };
  const credentials = request.credentials === undefined ? server.credentials : request.credentials;
  if (credentials === null) return { headers: all, signature: '', signingKey: Buffer.alloc(0), date: timestamp, scope };
  all['x-amz-date'] = timestamp;
  all['x-amz-content-sha256'] = payloadHash;
  const names = Object.keys(all).sort();
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .join('&');
  const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
  const canonical = [method, path, canonicalQuery, lines, names.join(';'), payloadHash].join('\n');
  const signingKey = signingKeyOf(credentials.secretKey, scope);
  const signature = hmac(signingKey, [algorithm, timestamp, scope, sha256(canonical)].join('\n')).toString('hex');
  all['authorization'] =
    `${algorithm} Credential=${credentials.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers: all, signature, signingKey, date: timestamp, scope };
}

/** Returns a body in `aws-chunked` encoding with signed chunks, and a signed trailer if one is given. */
export function signedChunks(signed: Signed, chunks: readonly string[], trailer?: string): string {
  const emptyHash = sha256('');
  let previous = signed.signature;
  const sign = (text: string): string => (previous = hmac(signed.signingKey, text).toString('hex'));
  const prefix = (name: string): string => [name, signed.date, signed.scope, previous].join('\n');
  let body = '';
  for (const chunk of [...chunks, '']) {
    const signature = sign([prefix('AWS4-HMAC-SHA256-PAYLOAD'), emptyHash, sha256(chunk)].join('\n'));
    body += `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${signature}\r\n${chunk === '' ? '' : `${chunk}\r\n`}`;
  }
  if (trailer === undefined) return `${body}\r\n`;
  const signature = sign([prefix('AWS4-HMAC-SHA256-TRAILER'), sha256(`${trailer}\n`)].join('\n'));
  return `${body}${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
}

/** Sends bytes as they are, and returns everything that the server sends until it closes the connection. */
export function sendBytes(server: S3Server, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(bytes, 'latin1');
  });
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Returns `YYYYMMDDTHHMMSSZ`. */
function isoBasic(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}

function signingKeyOf(secretKey: string, scope: string): Buffer {
  return scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretKey}`) as Buffer;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
