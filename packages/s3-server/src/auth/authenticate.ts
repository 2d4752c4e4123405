import { parseIsoBasic, parseHttpDate } from '../protocol/dates.js';
import type { S3Request } from '../protocol/s3-request.js';
import { S3Error } from '../protocol/s3-error.js';
import { malformedAuthorization, parseCredentialScope } from './credential-scope.js';
import type { CredentialScope } from './credential-scope.js';
import type { Credentials } from './credentials.js';
import { verifyHeaderV2, verifyPresignedV2 } from './signature-v2.js';
import { algorithm, isSameSignature, signatureOf } from './signature.js';
import type { SigningKeys } from './signing-keys.js';

/** How the payload of a request is protected. */
export type PayloadProtection =
  | { readonly kind: 'unsigned' }
  /** The SHA-256 of the payload in hex. */
  | { readonly kind: 'sha256'; readonly digest: string }
  /** `aws-chunked`, with a trailer. */
  | { readonly kind: 'unsigned-chunks' }
  /** `aws-chunked`, each chunk with a signature that covers the one before. */
  | {
      readonly kind: 'signed-chunks';
      readonly trailer: boolean;
      readonly seedSignature: string;
      readonly signingKey: Buffer;
      readonly date: string;
      readonly scope: string;
    };

/** The result of {@link authenticate}. */
export interface Authentication {
  /** Undefined for anonymous requests. */
  readonly credentials: Credentials | undefined;
  readonly payload: PayloadProtection;
}

/** What signatures are verified with. */
export interface SignatureVerifier {
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly signingKeys: SigningKeys;
  /** The region that requests must be signed for; undefined accepts any. */
  readonly region: string | undefined;
  /** Returns the time in milliseconds since the epoch. */
  readonly now: () => number;
}

const maxSkewMs = 15 * 60 * 1000;
/** The longest lifetime of a presigned URL, in seconds. */
const maxExpiresSeconds = 7 * 24 * 60 * 60;
const emptyPayloadHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const unsignedPayload = 'UNSIGNED-PAYLOAD';
const unsignedTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const signedChunks = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const signedChunksTrailer = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const queryParameters = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Expires'];

/**
 * Verifies the signature of a request, in its header or in its query.
 *
 * @throws the error of MinIO for a signature that is malformed, expired or wrong; `InvalidRequest` for other ways of authentication.
 */
export function authenticate(request: S3Request, verifier: SignatureVerifier): Authentication {
  const authorization = request.headers.get('authorization');
  const isPresigned = request.query.has('X-Amz-Credential');
  if (authorization === undefined) {
    if (isPresigned) return authenticateQuery(request, verifier);
    if (request.query.has('AWSAccessKeyId')) {
      return { credentials: verifyPresignedV2(request, verifier.credentials, verifier.now()), payload: unsignedPayloadOf(request) };
    }
    return { credentials: undefined, payload: unsignedPayloadOf(request) };
  }
  // As on MinIO, where it is the token of another API.
  if (authorization.startsWith('Bearer')) throw new S3Error('AccessDenied');
  const isV2 = authorization.startsWith('AWS ');
  if (!isV2 && !authorization.startsWith(`${algorithm} `)) throw unsupportedAuthorization(authorization);
  if (isPresigned || request.query.has('AWSAccessKeyId'))
    throw new S3Error('InvalidRequest', {
      message: 'Invalid Request (request has multiple authentication types, please use one)',
    });
  if (isV2) {
    readDate(request, verifier.now());
    return { credentials: verifyHeaderV2(request, authorization, verifier.credentials), payload: unsignedPayloadOf(request) };
  }
  return authenticateHeader(request, authorization, verifier);
}

function authenticateHeader(request: S3Request, authorization: string, verifier: SignatureVerifier): Authentication {
  const { headers } = request;
  const date = requireDate(request, verifier.now());
  const { credential, signedHeaders, signature } = parseAuthorization(authorization);
  const scope = parseCredentialScope(credential, verifier.region, 'header');
  const credentials = requireCredentials(scope, verifier);
  if ((headers.get('x-amz-security-token') ?? '') !== '') throw new S3Error('InvalidTokenId');
  const payloadHash = headers.get('x-amz-content-sha256') ?? emptyPayloadHash;
  const signingKey = verifier.signingKeys.get(credentials.secretKey, scope);
  const expected = signatureOf(request, { signedHeaders, payloadHash, date, scope: scope.scope }, signingKey);
  if (!isSameSignature(signature, expected)) throw new S3Error('SignatureDoesNotMatch');
  return { credentials, payload: protectionOf(payloadHash, expected, signingKey, date, scope.scope) };
}

function authenticateQuery(request: S3Request, verifier: SignatureVerifier): Authentication {
  const { query, headers } = request;
  const parameter = (name: string): string => query.get(name) ?? '';
  if (!queryParameters.every((name) => query.has(name))) {
    throw queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (parameter('X-Amz-Algorithm') !== algorithm) throw queryError(`X-Amz-Algorithm only supports "${algorithm}".`);
  const scope = parseCredentialScope(parameter('X-Amz-Credential'), verifier.region, 'query');
  const date = parameter('X-Amz-Date');
  const signedAt = parseIsoBasic(date);
  if (signedAt === undefined) throw queryError(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  const expires = parameter('X-Amz-Expires');
  if (!/^-?\d{1,15}$/.test(expires)) throw queryError('X-Amz-Expires should be a number');
  if (Number(expires) < 0) throw queryError('X-Amz-Expires must be non-negative');
  if (Number(expires) > maxExpiresSeconds)
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  const credentials = requireCredentials(scope, verifier);
  if (parameter('X-Amz-SignedHeaders') === '' || parameter('X-Amz-Signature') === '') throw new S3Error('MissingFields');
  const signedHeaders = parameter('X-Amz-SignedHeaders').split(';');
  requireSignedHeaders(request, signedHeaders);
  const age = verifier.now() - signedAt.getTime();
  if (age < -maxSkewMs) throw new S3Error('AccessDenied', { message: 'Request is not valid yet.' });
  if (age > Number(expires) * 1000) throw new S3Error('AccessDenied', { message: 'Request has expired.' });
  if (query.has('X-Amz-Security-Token')) throw new S3Error('InvalidTokenId');
  const payloadHash = query.get('X-Amz-Content-Sha256') ?? headers.get('x-amz-content-sha256') ?? unsignedPayload;
  const signingKey = verifier.signingKeys.get(credentials.secretKey, scope);
  const parts = { signedHeaders, payloadHash, date, scope: scope.scope, unsignedParameter: 'X-Amz-Signature' };
  const expected = signatureOf(request, parts, signingKey);
  if (!isSameSignature(parameter('X-Amz-Signature'), expected)) throw new S3Error('SignatureDoesNotMatch');
  return { credentials, payload: protectionOf(payloadHash, expected, signingKey, date, scope.scope) };
}

/** Parses an `Authorization` header. @throws `AuthorizationHeaderMalformed` */
function parseAuthorization(authorization: string): {
  credential: string;
  signedHeaders: readonly string[];
  signature: string;
} {
  const components = authorization
    .slice(algorithm.length)
    .split(',')
    .map((component) => component.trim());
  if (components.length !== 3)
    throw malformedAuthorization('the authorization header requires three components: Credential, SignedHeaders, and Signature.');
  const values = new Map(components.map(splitComponent));
  const component = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw malformedAuthorization(`missing ${name}.`);
    return value;
  };
  return {
    credential: component('Credential'),
    signedHeaders: component('SignedHeaders').split(';'),
    signature: component('Signature'),
  };
}

function splitComponent(component: string): readonly [name: string, value: string] {
  const index = component.indexOf('=');
  if (index < 0 || index === component.length - 1)
    throw malformedAuthorization(`the authorization component ${JSON.stringify(component)} is malformed.`);
  return [component.slice(0, index), component.slice(index + 1)];
}

/** Returns the date of a request as it is signed by Signature Version 4. */
function requireDate(request: S3Request, now: number): string {
  const { text, isIsoBasic } = readDate(request, now);
  if (!isIsoBasic) throw new S3Error('MalformedDate');
  return text;
}

/** Returns the date of a request. @throws `AccessDenied` if it is missing, `RequestTimeTooSkewed` */
function readDate({ headers }: S3Request, now: number): { text: string; isIsoBasic: boolean } {
  const text = headers.get('x-amz-date') ?? headers.get('date') ?? '';
  const isoDate = parseIsoBasic(text);
  const date = isoDate ?? parseHttpDate(text);
  if (date === undefined) throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header.' });
  if (Math.abs(now - date.getTime()) > maxSkewMs) throw new S3Error('RequestTimeTooSkewed');
  return { text, isIsoBasic: isoDate !== undefined };
}

function requireCredentials({ accessKey }: CredentialScope, { credentials }: SignatureVerifier): Credentials {
  const found = credentials.get(accessKey);
  if (found === undefined) throw new S3Error('InvalidAccessKeyId', { elements: { AWSAccessKeyId: accessKey } });
  return found;
}

/**
 * Headers of S3 that are not signed could be added to a presigned URL by anyone, for example to turn a put into a copy. The hash of the payload
 * is part of every signature, and the date of the query counts.
 */
function requireSignedHeaders({ headers }: S3Request, signedHeaders: readonly string[]): void {
  const unsigned = [...headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && name !== 'x-amz-date' && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      elements: { HeadersNotSigned: unsigned.sort().join(', ') },
    });
}

function unsignedPayloadOf({ headers }: S3Request): PayloadProtection {
  const payloadHash = headers.get('x-amz-content-sha256');
  if (payloadHash === signedChunks || payloadHash === signedChunksTrailer) throw new S3Error('AccessDenied');
  return payloadHash === unsignedTrailer ? { kind: 'unsigned-chunks' } : { kind: 'unsigned' };
}

function protectionOf(payloadHash: string, seedSignature: string, signingKey: Buffer, date: string, scope: string): PayloadProtection {
  switch (payloadHash) {
    case unsignedPayload:
      return { kind: 'unsigned' };
    case unsignedTrailer:
      return { kind: 'unsigned-chunks' };
    case signedChunks:
    case signedChunksTrailer:
      return { kind: 'signed-chunks', trailer: payloadHash === signedChunksTrailer, seedSignature, signingKey, date, scope };
    default:
      if (!/^[0-9a-f]{64}$/i.test(payloadHash)) throw new S3Error('XAmzContentSHA256Mismatch');
      return { kind: 'sha256', digest: payloadHash.toLowerCase() };
  }
}

function queryError(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', { message });
}

function unsupportedAuthorization(authorization: string): S3Error {
  const [type = '', credentials] = authorization.split(' ', 2);
  return credentials === undefined
    ? invalidAuthorization("Authorization header is invalid -- one and only one ' ' (space) required.", authorization)
    : invalidAuthorization('Unsupported Authorization Type', type);
}

function invalidAuthorization(message: string, value: string): S3Error {
  return new S3Error('InvalidArgument', { message, elements: { ArgumentName: 'Authorization', ArgumentValue: value } });
}
