import { presignSignatureV4, signV4 } from 'minio/dist/esm/signing.mjs';
import { encodeStrictly } from './encode-strictly.js';
import { hostHeader, pathOf } from './endpoint.js';
import type { Endpoint } from './endpoint.js';

/** What a request is about: its place on the server, and its headers. */
export interface RequestTarget {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** A parameter that is undefined is left out; one that is empty is sent as its name alone. */
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A request as it goes out. */
export interface SignedRequest {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Who we are to the server. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
}

/** The hash of a body that isn't signed: over HTTPS, and of a body that is sent while it is read. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** Makes requests for a server and signs them, with the signatures of the `minio` package. */
export class Signer {
  readonly region: string;
  readonly #endpoint: Endpoint;
  readonly #credentials: Credentials | undefined;

  /** @param credentials without them requests are anonymous. */
  constructor(endpoint: Endpoint, region: string, credentials: Credentials | undefined) {
    this.#endpoint = endpoint;
    this.region = region;
    this.#credentials = credentials;
  }

  /** False where there are no keys. */
  get signs(): boolean {
    return this.#credentials !== undefined;
  }

  /** A request with its signature, made now; unsigned where there are no keys. */
  sign(target: RequestTarget, payloadHash: string): SignedRequest {
    const request = this.#unsigned(target);
    if (this.#credentials === undefined) return request;
    const { accessKey, secretKey, sessionToken } = this.#credentials;
    const now = new Date();
    const { headers } = request;
    headers['x-amz-date'] = now.toISOString().replace(/[-:]|\.\d+/g, '');
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    headers['authorization'] = signV4(request, accessKey, secretKey, this.region, now, payloadHash);
    return request;
  }

  /**
   * A URL that carries its signature; undefined where there are no keys.
   * @param expiresIn seconds.
   * @param contentType a type that the user of the URL must send.
   */
  presign(target: RequestTarget, expiresIn: number, contentType: string | undefined): string | undefined {
    if (this.#credentials === undefined) return undefined;
    const { accessKey, secretKey, sessionToken } = this.#credentials;
    const request = this.#unsigned(target);
    // The signer passes over `content-type`, but only in lower case; here it must count.
    const headers: Record<string, string> = {
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      host: request.headers['host'] ?? '',
    };
    return presignSignatureV4({ ...request, headers }, accessKey, secretKey, sessionToken, this.region, new Date(), expiresIn);
  }

  #unsigned({ method, bucket, key, query = {}, headers = {} }: RequestTarget): SignedRequest {
    const { protocol, host, path } = pathOf(this.#endpoint, bucket, key);
    const parameters = queryString(query);
    const whole: Record<string, string> = { host: hostHeader(this.#endpoint, host), 'user-agent': 'anybucket' };
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) whole[name.toLowerCase()] = value;
    }
    return { protocol, host, port: this.#endpoint.port, method, path: parameters === '' ? path : `${path}?${parameters}`, headers: whole };
  }
}

function queryString(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => (value === '' ? encodeStrictly(name) : `${encodeStrictly(name)}=${encodeStrictly(value)}`))
    .join('&');
}
