import { createHmac, hash } from 'node:crypto';
import type { PolicyCondition } from '@anybucket/core/backend';
import type { Credentials } from '../credentials/credentials.js';
import { endpointOfRegion, hostHeader, percentEncode, requestTarget } from '../http/endpoint.js';
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

/** What requests are signed with. */
export interface SigningContext {
  /** Undefined for anonymous requests. */
  readonly credentials: Credentials | undefined;
  readonly region: string;
}

/** A {@link SigningContext} with credentials. */
type SigningKeys = SigningContext & { readonly credentials: Credentials };

/** The payload hash of a request whose payload is not part of the signature. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

const algorithm = 'AWS4-HMAC-SHA256';

/** Proxies may change these. */
const unsignedHeaders = new Set(['content-type', 'user-agent']);

/** Builds requests for one server and signs them with AWS Signature Version 4. */
export class Signer {
  readonly #endpoint: Endpoint;
  readonly #keys = new SigningKeyCache();
  /** Whether a proxy removes the path prefix of the endpoint, so that the server verifies the signature of a path without it. */
  stripsPathPrefix: boolean;

  constructor(endpoint: Endpoint, stripsPathPrefix = false) {
    this.#endpoint = endpoint;
    this.stripsPathPrefix = stripsPathPrefix;
  }

  get host(): string {
    return this.#endpoint.host;
  }

  get port(): number {
    return this.#endpoint.port;
  }

  /** True if the endpoint has a path prefix. */
  get hasPathPrefix(): boolean {
    return this.#endpoint.pathPrefix !== '';
  }

  /**
   * Returns the request with an `authorization` header, or without one when there are no credentials.
   * @param payloadHash SHA-256 of the payload in hex, or {@link unsignedPayload}.
   */
  sign(target: RequestTarget, payloadHash: string, { credentials, region }: SigningContext, date = new Date()): RequestHead {
    const request = this.#toRequest(target, region);
    if (credentials === undefined) return this.#withPrefix(request);
    const { accessKey, secretKey, sessionToken } = credentials;
    const { headers } = request;
    const timestamp = isoBasic(date);
    headers['x-amz-date'] = timestamp;
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const signedHeaders = Object.keys(headers)
      .filter((name) => !unsignedHeaders.has(name))
      .sort();
    const scope = toScope(region, timestamp);
    const signature = this.#signature(request, signedHeaders, payloadHash, secretKey, scope, timestamp);
    const credential = `${accessKey}/${scope}`;
    headers['authorization'] = `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
    return this.#withPrefix(request);
  }

  /**
   * Returns a presigned URL. The client must send the headers of the target.
   * @param expiresIn lifetime in seconds.
   */
  presign(target: RequestTarget, expiresIn: number, { credentials, region }: SigningKeys, date = new Date()): string {
    const { accessKey, secretKey, sessionToken } = credentials;
    const { protocol, method, headers, path } = this.#toRequest(target, region);
    const host = headers['host'] ?? '';
    const signedHeaders = Object.keys(headers)
      .filter((name) => name !== 'user-agent')
      .sort();
    const timestamp = isoBasic(date);
    const scope = toScope(region, timestamp);
    const query = queryString({
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Credential': `${accessKey}/${scope}`,
      'X-Amz-Date': timestamp,
      'X-Amz-Expires': String(expiresIn),
      'X-Amz-SignedHeaders': signedHeaders.join(';'),
      'X-Amz-Security-Token': sessionToken,
    });
    const unsigned = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const request = { method, path: unsigned, headers };
    const signature = this.#signature(request, signedHeaders, unsignedPayload, secretKey, scope, timestamp);
    return `${protocol}//${host}${this.#endpoint.pathPrefix}${unsigned}&X-Amz-Signature=${signature}`;
  }

  /**
   * Returns the URL of a form that uploads to a bucket, and the fields of its signature.
   * @param expiresIn lifetime in seconds.
   * @param conditions the conditions of the policy, without those on the bucket and on the fields of the signature.
   */
  presignPost(
    bucket: string,
    expiresIn: number,
    conditions: readonly PolicyCondition[],
    { credentials, region }: SigningKeys,
    date = new Date(),
  ): { readonly url: string; readonly fields: Record<string, string> } {
    const { accessKey, secretKey, sessionToken } = credentials;
    const { protocol, headers, path } = this.#toRequest({ method: 'POST', bucket }, region);
    const timestamp = isoBasic(date);
    const scope = toScope(region, timestamp);
    const signed: Record<string, string> = {
      'x-amz-algorithm': algorithm,
      'x-amz-credential': `${accessKey}/${scope}`,
      'x-amz-date': timestamp,
    };
    if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
    const expiration = new Date(date.getTime() + expiresIn * 1000).toISOString();
    const signedConditions = Object.entries(signed).map(([name, value]) => ({ [name]: value }));
    const document = JSON.stringify({ expiration, conditions: [{ bucket }, ...conditions, ...signedConditions] });
    const policy = Buffer.from(document).toString('base64');
    const signature = hmac(this.#keys.get(secretKey, scope), policy).toString('hex');
    const url = `${protocol}//${headers['host'] ?? ''}${this.#endpoint.pathPrefix}${path}`;
    return { url, fields: { ...signed, policy, 'x-amz-signature': signature } };
  }

  /** Returns the request without the path prefix. */
  #toRequest({ method, bucket, key, query = {}, headers = {} }: RequestTarget, region: string): RequestHead {
    const endpoint = endpointOfRegion(this.#endpoint, region);
    const { protocol, port } = endpoint;
    const { host, path } = requestTarget(endpoint, bucket, key);
    const parameters = queryString(query);
    const allHeaders: Record<string, string> = { host: hostHeader(endpoint, host), 'user-agent': 'anybucket' };
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) allHeaders[name.toLowerCase()] = value;
    }
    return { protocol, host, port, method, path: parameters === '' ? path : `${path}?${parameters}`, headers: allHeaders };
  }

  #withPrefix(request: RequestHead): RequestHead {
    const { pathPrefix } = this.#endpoint;
    return pathPrefix === '' ? request : { ...request, path: pathPrefix + request.path };
  }

  /** @param signedHeaders the sorted names of the headers that are signed. */
  #signature(
    { method, path, headers }: Pick<RequestHead, 'method' | 'path' | 'headers'>,
    signedHeaders: readonly string[],
    payloadHash: string,
    secretKey: string,
    scope: string,
    timestamp: string,
  ): string {
    const signedPath = this.stripsPathPrefix ? path : this.#endpoint.pathPrefix + path;
    const request = canonicalRequest({ method, path: signedPath, headers }, signedHeaders, payloadHash);
    const stringToSign = [algorithm, timestamp, scope, hash('sha256', request, 'hex')].join('\n');
    return hmac(this.#keys.get(secretKey, scope), stringToSign).toString('hex');
  }
}

/** Derives signing keys, and keeps the last one: it changes once per day, and with the credentials or the region. */
class SigningKeyCache {
  #last: { readonly secretKey: string; readonly scope: string; readonly key: Buffer } | undefined;

  get(secretKey: string, scope: string): Buffer {
    if (this.#last?.scope !== scope || this.#last.secretKey !== secretKey) {
      const key = scope.split('/').reduce<Buffer>((parent, part) => hmac(parent, part), Buffer.from(`AWS4${secretKey}`));
      this.#last = { secretKey, scope, key };
    }
    return this.#last.key;
  }
}

function toScope(region: string, timestamp: string): string {
  return `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
}

function canonicalRequest(
  { method, path, headers }: Pick<RequestHead, 'method' | 'path' | 'headers'>,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const [resource = '', query = ''] = path.split('?');
  const values = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ {2,}/g, ' ')}\n`);
  return [method, resource, canonicalQuery(query), values.join(''), signedHeaders.join(';'), payloadHash].join('\n');
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

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
