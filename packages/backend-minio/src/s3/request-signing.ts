import type { StorageError } from '@anybucket/core/backend';
import type { CredentialCache } from '../credentials/credential-cache.js';
import type { RequestHead } from '../http/http-request.js';
import type { Correction } from '../http/retry.js';
import type { S3Request } from './request.js';
import type { Signer, SigningContext } from './signer.js';

export interface RequestSigningOptions {
  readonly signer: Signer;
  readonly credentials: CredentialCache;
  /** The region of the server, until its responses name another. */
  readonly region: string;
  /** Whether to find out that a proxy removes the path prefix. @defaultValue false */
  readonly detectsPathPrefix?: boolean | undefined;
}

/** What an attempt was signed with. */
export interface SentContext extends SigningContext {
  readonly stripsPathPrefix: boolean;
}

/** Codes of responses to expired or revoked temporary credentials. */
const expiredCodes = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'InvalidTokenId',
  'TokenRefreshRequired',
]);

/** Signs requests with the current credentials, and learns from responses what they must be signed with. */
export class RequestSigning {
  readonly #signer: Signer;
  readonly #credentials: CredentialCache;
  readonly #defaultRegion: string;
  /** The regions of buckets that differ from the default; that of requests without a bucket under undefined. */
  readonly #regions = new Map<string | undefined, string>();
  readonly #detectsPathPrefix: boolean;

  constructor({ signer, credentials, region, detectsPathPrefix = false }: RequestSigningOptions) {
    this.#signer = signer;
    this.#credentials = credentials;
    this.#defaultRegion = region;
    this.#detectsPathPrefix = detectsPathPrefix && signer.hasPathPrefix;
  }

  /** Returns the region of a bucket; that of the server for undefined. */
  regionOf(bucket: string | undefined): string {
    return this.#regions.get(bucket) ?? this.#defaultRegion;
  }

  /** Returns what a request to a bucket is signed with. @throws `ConfigError` without credentials, unless requests are anonymous. */
  async context(bucket: string | undefined, signal: AbortSignal | undefined): Promise<SigningContext> {
    return { credentials: await this.#credentials.get(signal), region: this.regionOf(bucket) };
  }

  /** Signs a request. @throws as `context`. */
  async sign(request: S3Request, payloadHash: string): Promise<{ readonly head: RequestHead; readonly sent: SentContext }> {
    const context = await this.context(request.bucket, request.signal);
    const { stripsPathPrefix } = this.#signer;
    return { head: this.#signer.sign(request, payloadHash, context), sent: { ...context, stripsPathPrefix } };
  }

  /** Learns from the response to a request that the server refused before it had any effect. Returns what has changed for another attempt. */
  async correct(
    { error, region }: { readonly error: StorageError; readonly region: string | undefined },
    { bucket, method, signal }: S3Request,
    sent: SentContext,
    corrected: ReadonlySet<Correction>,
  ): Promise<Correction | undefined> {
    if (region !== undefined && region !== sent.region) {
      this.#regions.set(bucket, region);
      return corrected.has('region') ? undefined : 'region';
    }
    if (this.#detectsPathPrefix && (error.serverCode === 'SignatureDoesNotMatch' || (method === 'HEAD' && error.status === 403))) {
      const isRepeated = corrected.has('path');
      this.#signer.stripsPathPrefix = isRepeated ? false : !sent.stripsPathPrefix;
      return isRepeated ? undefined : 'path';
    }
    const isExpired =
      expiredCodes.has(error.serverCode ?? '') || (method === 'HEAD' && error.serverCode === undefined && error.status === 400);
    if (sent.credentials === undefined || !isExpired || corrected.has('credentials')) return undefined;
    return (await this.#credentials.replace(sent.credentials, signal)) === undefined ? undefined : 'credentials';
  }

  /** Aborts a request for credentials. */
  close(): void {
    this.#credentials.close();
  }
}
