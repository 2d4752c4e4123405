import { hash } from 'node:crypto';
import type { StorageError } from '@anybucket/core/backend';
import type { Payload } from '../http/payload.js';
import { unsignedPayload } from './signer.js';
import type { RequestTarget } from './signer.js';

/** One request to the server. */
export interface S3Request extends RequestTarget {
  readonly payload?: Payload | undefined;
  readonly signal?: AbortSignal | undefined;
  /** True when the request may be sent again after a failure that leaves its outcome unknown. Streamed payloads are never sent again. */
  readonly idempotent: boolean;
  /** True when an S3 error shows that the request had no effect, unlike a lost response. @defaultValue depends on the code of the error */
  readonly failsWithoutEffect?: boolean | undefined;
  /** Added to the idle timeout, for requests that take the server long. @defaultValue 0 */
  readonly extraIdleTimeoutMs?: number | undefined;
  /** The value of `x-amz-content-sha256`. @defaultValue derived from the payload */
  readonly payloadHash?: string | undefined;
  /** True to skip the queue for a connection. @defaultValue false */
  readonly urgent?: boolean | undefined;
}

const emptyPayloadHash = hash('sha256', '', 'hex');
/** Larger payloads are not signed: hashing them is expensive, and TCP has checksums of its own. */
const maxSignedPayloadBytes = 1024 * 1024;

/** Tells whether a request may be sent again after a failure that leaves its outcome unknown. */
export function canRetry(request: S3Request): boolean {
  return request.idempotent && isPayloadReusable(request);
}

/** Tells whether a request may be sent again after a failure that shows that it had no effect. */
export function isPayloadReusable({ payload }: S3Request): boolean {
  return payload === undefined || payload instanceof Uint8Array;
}

/** Codes of servers that refused a request before they executed any of it. */
const refusalCodes = new Set([
  'TooManyRequests',
  'XMinioBucketMetadataNotInitialized',
  'XMinioIAMNotInitialized',
  'XMinioServerNotInitialized',
]);

/** Tells whether an error response shows that its request was not executed, so that even a conditional put may be sent again. */
export function hadNoEffect({ serverCode }: StorageError, { failsWithoutEffect = false }: S3Request): boolean {
  return serverCode !== undefined && (failsWithoutEffect || refusalCodes.has(serverCode));
}

/**
 * Tells whether MinIO may have refused a put for no reason: about one in a thousand is, while its bucket or a folder above its key is being
 * removed. Nothing was stored then, so even a conditional put may be sent again.
 */
export function isSpuriousMinioError({ serverCode }: StorageError, request: S3Request): boolean {
  return (
    (serverCode === 'IncompleteBody' || serverCode === 'AccessDenied') &&
    request.method === 'PUT' &&
    request.key !== undefined &&
    isPayloadReusable(request)
  );
}

/** Tells whether a request names a version of an object. */
export function namesVersion(request: S3Request): boolean {
  return versionOf(request) !== undefined;
}

/** Returns the version that a request names: that of the source of a copy, or else that of the object. */
export function versionOf({ query, headers }: S3Request): string | undefined {
  const sourceVersion = /\?versionId=(.*)$/.exec(headers?.['x-amz-copy-source'] ?? '')?.[1];
  return sourceVersion === undefined ? query?.['versionId'] : decodeURIComponent(sourceVersion);
}

/** Returns a GET of the first byte instead of a HEAD: a response to a HEAD does not tell why it was refused. */
export function toGet(request: S3Request): S3Request {
  return { ...request, method: 'GET', headers: { ...request.headers, range: 'bytes=0-0' } };
}

/** Returns the default of `S3Request.payloadHash`. */
export function hashPayload(payload: Payload | undefined, tls: boolean): string {
  if (payload === undefined) return emptyPayloadHash;
  return tls || !(payload instanceof Uint8Array) || payload.byteLength > maxSignedPayloadBytes
    ? unsignedPayload
    : hash('sha256', payload, 'hex');
}
