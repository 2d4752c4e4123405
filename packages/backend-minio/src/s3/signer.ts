import { createHmac, hash } from 'node:crypto';
import type { PolicyCondition } from '@anybucket/core/backend';
import { hostHeader, percentEncode, requestTarget } from '../http/endpoint.js';
import type { Endpoint } from '../http/endpoint.js';
import type { RequestHead } from '../http/http-request.js';

/** What a request addresses, before it is signed. */
export interface RequestTarget {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** Undefined parameters are omitted. Empty ones are sent without a value, as in `?uploads`. */
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** Undefined headers are omitted. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
}

/** The payload hash of a request whose payload is not part of the signature. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

const algorithm = 'AWS4-HMAC-SHA256';

/** Proxies may change these. */
const unsignedHeaders = new Set(['content-type', 'user-agent']);

/** Builds requests for one server and signs them with AWS Signature Version 4. */
export class Signer {
  readonly region: string;
  readonly #endpoint: Endpoint;
  readonly #credentials: Credentials | undefined;

  /** @param credentials undefined for anonymous requests. */
  constructor(endpoint: Endpoint, region: string, credentials: Credentials | undefined) {
    this.#endpoint = endpoint;
    this.region = region;
    this.#credentials = credentials;
  }

  /** False if requests are anonymous. */
  get hasCredentials(): boolean {
    return this.#credentials !== undefined;
  }

  /**
   * Returns the request with an `authorization` header, or without one when there are no credentials.
   * @param payloadHash SHA-256 of the payload in hex, or {@link unsignedPayload}.
   */
  sign(target: RequestTarget, payloadHash: string, date = new Date()): RequestHead {
    const request = this.#toRequest(target);
    if (this.#credentials === undefined) return request;
    const { accessKey, secretKey, sessionToken } = this.#credentials;
    const { headers } = request;
    headers['x-amz-date'] = isoBasic(date);
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const signedHeaders = Object.fromEntries(Object.entries(headers).filter(([name]) => !unsignedHeaders.has(name)));
    const signature = this.#signature({ ...request, headers: signedHeaders }, payloadHash, secretKey, date);
    const credential = `${accessKey}/${this.#scope(date)}`;
    headers['authorization'] = `${algorithm} Credential=${credential}, SignedHeaders=${headerNames(signedHeaders)}, Signature=${signature}`;
    return request;
  }

  /**
   * Returns a presigned URL, or undefined when there are no credentials. The client must send the headers of the target.
   * @param expiresIn lifetime in seconds.
   */
  presign(target: RequestTarget, expiresIn: number, date = new Date()): string | undefined {
    if (this.#credentials === undefined) return undefined;
    const { accessKey, secretKey, sessionToken } = this.#credentials;
    const { protocol, method, headers, path } = this.#toRequest(target);
    const host = headers['host'] ?? '';
    const { 'user-agent': _userAgent, ...signedHeaders } = headers;
    const query = queryString({
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Credential': `${accessKey}/${this.#scope(date)}`,
      'X-Amz-Date': isoBasic(date),
      'X-Amz-Expires': String(expiresIn),
      'X-Amz-SignedHeaders': headerNames(signedHeaders),
      'X-Amz-Security-Token': sessionToken,
    });
    const unsigned = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const signature = this.#signature({ method, path: unsigned, headers: signedHeaders }, unsignedPayload, secretKey, date);
    return `${protocol}//${host}${unsigned}&X-Amz-Signature=${signature}`;
  }

  /**
   * Returns the URL of a form that uploads to a bucket, and the fields of its signature; undefined when there are no credentials.
   * @param expiresIn lifetime in seconds.
   * @param conditions the conditions of the policy, without those on the bucket and on the fields of the signature.
   */
  presignPost(
    bucket: string,
    expiresIn: number,
    conditions: readonly PolicyCondition[],
    date = new Date(),
  ): { readonly url: string; readonly fields: Record<string, string> } | undefined {
    if (this.#credentials === undefined) return undefined;
    const { accessKey, secretKey, sessionToken } = this.#credentials;
    const { protocol, headers, path } = this.#toRequest({ method: 'POST', bucket });
    const signed: Record<string, string> = {
      'x-amz-algorithm': algorithm,
      'x-amz-credential': `${accessKey}/${this.#scope(date)}`,
      'x-amz-date': isoBasic(date),
    };
    if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
    const expiration = new Date(date.getTime() + expiresIn * 1000).toISOString();
    const signedConditions = Object.entries(signed).map(([name, value]) => ({ [name]: value }));
    const document = JSON.stringify({ expiration, conditions: [{ bucket }, ...conditions, ...signedConditions] });
    const policy = Buffer.from(document).toString('base64');
    const signature = hmac(signingKey(secretKey, this.#scope(date)), policy).toString('hex');
    return { url: `${protocol}//${headers['host'] ?? ''}${path}`, fields: { ...signed, policy, 'x-amz-signature': signature } };
  }

  #toRequest({ method, bucket, key, query = {}, headers = {} }: RequestTarget): RequestHead {
    const { protocol, port } = this.#endpoint;
    const { host, path } = requestTarget(this.#endpoint, bucket, key);
    const parameters = queryString(query);
    const allHeaders: Record<string, string> = { host: hostHeader(this.#endpoint, host), 'user-agent': 'anybucket' };
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) allHeaders[name.toLowerCase()] = value;
    }
    return { protocol, host, port, method, path: parameters === '' ? path : `${path}?${parameters}`, headers: allHeaders };
  }

  #scope(date: Date): string {
    return `${isoBasic(date).slice(0, 8)}/${this.region}/s3/aws4_request`;
  }

  #signature(request: Pick<RequestHead, 'method' | 'path' | 'headers'>, payloadHash: string, secretKey: string, date: Date): string {
    const scope = this.#scope(date);
    const stringToSign = [algorithm, isoBasic(date), scope, hash('sha256', canonicalRequest(request, payloadHash), 'hex')].join('\n');
    return hmac(signingKey(secretKey, scope), stringToSign).toString('hex');
  }
}

/** Every header of the request is signed. */
function canonicalRequest({ method, path, headers }: Pick<RequestHead, 'method' | 'path' | 'headers'>, payloadHash: string): string {
  const [resource = '', query = ''] = path.split('?');
  const names = headerNames(headers);
  const values = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [method, resource, canonicalQuery(query), values.join(''), names, payloadHash].join('\n');
}

/** Sorts the parameters by name. The names are unique. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  const parameters = query.split('&').map((parameter) => parameter.split('='));
  return parameters
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([name = '', value = '']) => `${name}=${value}`)
    .join('&');
}

function headerNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers).sort().join(';');
}

function queryString(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => (value === '' ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`))
    .join('&');
}

/** Returns `YYYYMMDDTHHMMSSZ`. */
function isoBasic(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}

function signingKey(secretKey: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretKey}`));
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
