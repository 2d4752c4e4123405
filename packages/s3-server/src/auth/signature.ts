import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { encodePathForSignature } from '../protocol/percent-encoding.js';
import type { S3Request } from '../protocol/s3-request.js';
import { S3Error } from '../protocol/s3-error.js';

/** The algorithm of all signatures. */
export const algorithm = 'AWS4-HMAC-SHA256';

/** A signature that arrived with a request, and what it covers. */
export interface SignedParts {
  /** In lower case, in the order of the client. */
  readonly signedHeaders: readonly string[];
  /** Hex digest of the payload, or one of the fixed values. */
  readonly payloadHash: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  /** `YYYYMMDD/REGION/s3/aws4_request` */
  readonly scope: string;
  /** A query parameter that is not signed. */
  readonly unsignedParameter?: string | undefined;
}

/** Returns the signature that a request should have, in hex. @throws `AccessDenied` if a signed header is missing. */
export function signatureOf(request: S3Request, parts: SignedParts, signingKey: Buffer): string {
  const canonicalRequest = [
    request.method,
    encodePathForSignature(request.signedPath),
    request.query.canonical(parts.unsignedParameter),
    canonicalHeaders(request, parts.signedHeaders),
    parts.payloadHash,
  ].join('\n');
  return sign(signingKey, `${algorithm}\n${parts.date}\n${parts.scope}\n${hash('sha256', canonicalRequest, 'hex')}`);
}

/** Returns the HMAC of a text in hex. */
export function sign(signingKey: Buffer, text: string): string {
  return createHmac('sha256', signingKey).update(text).digest('hex');
}

/** Compares two signatures in a time that does not depend on their contents. */
export function isSameSignature(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function canonicalHeaders({ headers, query }: S3Request, names: readonly string[]): string {
  if (!names.includes('host')) throw unsignedHeaders();
  const sorted = [...names].sort();
  let lines = '';
  for (const name of sorted) {
    // As on MinIO, a presigned URL may contain a signed header as a parameter.
    const value = headers.get(name) ?? query.get(name) ?? substitute(name);
    if (value === undefined) throw unsignedHeaders();
    lines += `${name}:${collapseSpaces(value)}\n`;
  }
  return `${lines}\n${sorted.join(';')}`;
}

/** Returns the value of a header that the client signed but a proxy may remove. */
function substitute(name: string): string | undefined {
  return name === 'expect' ? '100-continue' : undefined;
}

function collapseSpaces(value: string): string {
  const text = /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value;
  return /\s\s|^\s|\s$|[^\S ]/.test(text) ? text.trim().replace(/\s+/g, ' ') : text;
}

function unsignedHeaders(): S3Error {
  return new S3Error('AccessDenied', { message: 'There were headers present in the request which were not signed' });
}
