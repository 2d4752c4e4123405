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
    headers['x-amz-date'] = isoBasic(date);
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const signedHeaders = Object.fromEntries(Object.entries(headers).filter(([name]) => !unsignedHeaders.has(name)));
    const scope = toScope(region, date);
    const signature = this.#signature({ ...request, headers: signedHeaders }, payloadHash, secretKey, scope, date);
    const credential = `${accessKey}/${scope}`;
    headers['authorization'] = `${algorithm} Credential=${credential}, SignedHeaders=${headerNames(signedHeaders)}, Signature=${signature}`;
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
    const { 'user-agent': _userAgent, ...signedHeaders } = headers;
    const scope = toScope(region, date);
    const query = queryString({
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Credential': `${accessKey}/${scope}`,
      'X-Amz-Date': isoBasic(date),
      'X-Amz-Expires': String(expiresIn),
      'X-Amz-SignedHeaders': headerNames(signedHeaders),
      'X-Amz-Security-Token': sessionToken,
    });
    const unsigned = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const signature = this.#signature({ method, path: unsigned, headers: signedHeaders }, unsignedPayload, secretKey, scope, date);
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
    const scope = toScope(region, date);
    const signed: Record<string, string> = {
      'x-amz-algorithm': algorithm,
      'x-amz-credential': `${accessKey}/${scope}`,
      'x-amz-date': isoBasic(date),
    };
    if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
    const expiration = new Date(date.getTime() + expiresIn * 1000).toISOString();
    const signedConditions = Object.entries(signed).map(([name, value]) => ({ [name]: value }));
    const document = JSON.stringify({ expiration, conditions: [{ bucket }, ...conditions, ...signedConditions] });
    const policy = Buffer.from(document).toString('base64');
    const signature = hmac(signingKey(secretKey, scope), policy).toString('hex');
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

  #signature(
    { method, path, headers }: Pick<RequestHead, 'method' | 'path' | 'headers'>,
    payloadHash: string,
    secretKey: string,
    scope: string,
    date: Date,
  ): string {
    const signedPath = this.stripsPathPrefix ? path : this.#endpoint.pathPrefix + path;
    const request = canonicalRequest({ method, path: signedPath, headers }, payloadHash);
    const stringToSign = [algorithm, isoBasic(date), scope, hash('sha256', request, 'hex')].join('\n');
    return hmac(signingKey(secretKey, scope), stringToSign).toString('hex');
  }
}

function toScope(region: string, date: Date): string {
  return `${isoBasic(date).slice(0, 8)}/${region}/s3/aws4_request`;
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
