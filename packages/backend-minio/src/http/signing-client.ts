import { Client } from 'minio';
import { presignSignatureV4, signV4 } from 'minio/dist/esm/signing.mjs';

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

/** The hash of a body that isn't signed: over HTTPS, and of a body that is sent while it is read. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/**
 * The client of the `minio` package, for what it does well: where a bucket lies on a server (path or host style, Amazon's regional hosts),
 * and signatures. Its calls aren't used: they can't be cancelled, wait for ever, and read listings wrongly.
 */
export class SigningClient extends Client {
  /** False where there are no keys. */
  get signs(): boolean {
    return !this.anonymous;
  }

  /** A request with its signature, made now; unsigned where there are no keys. */
  sign(target: RequestTarget, payloadHash: string): SignedRequest {
    const request = this.#unsigned(target);
    if (this.anonymous) return request;
    const now = new Date();
    const { headers } = request;
    headers['x-amz-date'] = now.toISOString().replace(/[-:]|\.\d+/g, '');
    headers['x-amz-content-sha256'] = payloadHash;
    if (this.sessionToken !== undefined) headers['x-amz-security-token'] = this.sessionToken;
    headers['authorization'] = signV4(request, this.accessKey, this.secretKey, this.#region(), now, payloadHash);
    return request;
  }

  /**
   * A URL that carries its signature.
   * @param expiresIn seconds.
   * @param contentType a type that the user of the URL must send.
   */
  presign(target: RequestTarget, expiresIn: number, contentType: string | undefined): string {
    const request = this.#unsigned(target);
    // The signer passes over `content-type`, but only in lower case; here it must count.
    const headers: Record<string, string> = {
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      host: request.headers['host'] ?? '',
    };
    return presignSignatureV4(
      { ...request, headers },
      this.accessKey,
      this.secretKey,
      this.sessionToken,
      this.#region(),
      new Date(),
      expiresIn,
    );
  }

  #unsigned({ method, bucket, key, query = {}, headers = {} }: RequestTarget): SignedRequest {
    const {
      protocol,
      host,
      port,
      path,
      headers: whole,
    } = this.getRequestOptions({
      method,
      query: queryString(query),
      headers,
      region: this.#region(),
      ...(bucket === undefined ? {} : { bucketName: bucket }),
      ...(key === undefined ? {} : { objectName: key }),
    });
    return { protocol, host, port: Number(port), method, path, headers: whole };
  }

  #region(): string {
    return this.region ?? 'us-east-1';
  }
}

/** Percent-encodes as signatures want it: all but letters, digits and `-._~`. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function queryString(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => (value === '' ? encodeStrictly(name) : `${encodeStrictly(name)}=${encodeStrictly(value)}`))
    .join('&');
}
