import { StorageError } from '@anybucket/core/backend';
import { regionOfHost } from '../http/endpoint.js';
import type { HttpResponse } from '../http/http-response.js';
import { protocolError, truncate } from './protocol-error.js';
import { readRequestId } from './request-id.js';
import { parseXml, textOf } from './xml.js';
import type { XmlElement } from './xml.js';

/** Maximum bytes that are read of an error response. */
const maxErrorBytes = 64 * 1024;

/** Maximum length of the server's message in the `cause` of an error, in UTF-16 code units. The message of the error itself is shorter. */
const maxCauseLength = 1000;

/** Codes for responses to HEAD, which have no body. */
const codeByStatus: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  304: 'NotModified',
  307: 'TemporaryRedirect',
  400: 'BadRequest',
  403: 'AccessDenied',
  405: 'MethodNotAllowed',
  409: 'OperationAborted',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'SlowDown',
  501: 'NotImplemented',
  503: 'SlowDown',
};

/** Codes of MinIO that S3 does not have, and S3 codes for which there is a more general one. The server's code stays in `serverCode`. */
const genericCodes: Readonly<Record<string, string>> = {
  // The server does not accept the credentials.
  ExpiredToken: 'AccessDenied',
  ExpiredTokenException: 'AccessDenied',
  InvalidAccessKeyId: 'AccessDenied',
  InvalidToken: 'AccessDenied',
  InvalidTokenId: 'AccessDenied',
  RequestTimeTooSkewed: 'AccessDenied',
  SignatureDoesNotMatch: 'AccessDenied',
  TokenRefreshRequired: 'AccessDenied',
  // The options are for another server or region.
  AuthorizationHeaderMalformed: 'ConfigError',
  IllegalLocationConstraintException: 'ConfigError',
  InvalidLocationConstraint: 'ConfigError',
  InvalidRegion: 'ConfigError',
  PermanentRedirect: 'ConfigError',
  XMinioInsecureClientRequest: 'ConfigError',
  // The lock of an object could not be acquired in time; on AWS, the request was not received in time.
  RequestTimeout: 'Timeout',
  // The server is overloaded, has lost its quorum, or is still starting.
  ServiceUnavailable: 'SlowDown',
  SlowDownRead: 'SlowDown',
  SlowDownWrite: 'SlowDown',
  TooManyRequests: 'SlowDown',
  XMinioBucketMetadataNotInitialized: 'SlowDown',
  XMinioIAMNotInitialized: 'SlowDown',
  XMinioServerNotInitialized: 'SlowDown',
  // The server canceled the request, usually because a concurrent one removed the same bucket.
  ClientDisconnected: 'RequestFailed',
  // The remote tier that stores the object is down, or the object is corrupt.
  XMinioBackendDown: 'InternalError',
  XMinioObjectTampered: 'InternalError',
  InvalidPartNumber: 'InvalidRange',
  XAmzContentChecksumMismatch: 'BadDigest',
  XAmzContentSHA256Mismatch: 'BadDigest',
  XMinioAdminBucketQuotaExceeded: 'StorageFull',
  XMinioStorageFull: 'StorageFull',
  XMinioInvalidObjectName: 'InvalidKey',
  XMinioInvalidResourceName: 'InvalidKey',
  XMinioObjectExistsAsDirectory: 'InvalidKey',
};

/** Whether a retry may succeed, where neither the status nor the generic code tells. */
const retryableByCode: Readonly<Record<string, boolean>> = {
  ClientDisconnected: true,
  XMinioObjectTampered: false,
};

const hints: Readonly<Record<string, string>> = {
  AuthorizationHeaderMalformed: 'check `region`',
  ExpiredToken: 'renew `sessionToken`, or set `credentials` to a source that renews it',
  IllegalLocationConstraintException: 'check `region`',
  InvalidAccessKeyId: 'check `accessKey`',
  InvalidLocationConstraint: 'check `region`',
  InvalidRegion: 'check `region`',
  InvalidToken: 'check `sessionToken`',
  InvalidTokenId: 'check `sessionToken`',
  PermanentRedirect: 'the bucket is in another region: check `endPoint` and `region`',
  RequestTimeTooSkewed: 'check the clock of this machine',
  SignatureDoesNotMatch: 'check `secretKey`',
  TokenRefreshRequired: 'renew `sessionToken`, or set `credentials` to a source that renews it',
  XMinioInsecureClientRequest: 'set `tls: true`',
};

/** The error as the server sent it: the `cause` of the `StorageError`. */
class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string | undefined;
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(message: string, code: string | undefined, status: number, requestId: string | undefined) {
    super(message);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** An error response. */
export interface ErrorResponse {
  /** Undefined for a 404 to a HEAD without an error code, which does not tell a missing bucket from a missing object. */
  readonly error: StorageError | undefined;
  /** The region that the request should have been signed for, if the response contains it. */
  readonly region: string | undefined;
}

/**
 * Reads an error response. Of its body, only the code, message and region are used: other elements may echo the signature.
 * @param viaProxy true if the response may come from an HTTP proxy instead of the server.
 */
export async function readErrorResponse(response: HttpResponse, method: string, viaProxy: boolean): Promise<ErrorResponse> {
  const body = (await response.bytes(maxErrorBytes)).toString();
  const element = method === 'HEAD' ? undefined : parseErrorElement(body);
  const isFromProxy = viaProxy && element === undefined && !hasS3Headers(response) && proxyStatuses.has(response.status);
  const error = isFromProxy ? proxyRefusal(response.status) : readError(response, method, body, element);
  return { error, region: readRegion(response, element) };
}

function readError(response: HttpResponse, method: string, body: string, element: XmlElement | undefined): StorageError | undefined {
  const { status } = response;
  if (status === 407) return proxyRefusal(status);
  if (isUnreadRequest(response, body)) return unreadRequest();
  // MinIO's extension: error headers for responses without a body.
  const code = response.header('x-minio-error-code');
  const description = response.header('x-minio-error-desc')?.replace(/^"|"$/g, '');
  if (code !== undefined) return toStorageError(code, description, response);
  if (method === 'HEAD' && status < 300) return protocolError(`unexpected status ${status}`, response);
  if (method === 'HEAD' && foreignStatuses.has(status) && !hasS3Headers(response)) return notAnS3Response(status, '');
  if (method === 'HEAD' || status === 304 || (status === 412 && body === '')) return status === 404 ? undefined : errorOfStatus(response);
  return element === undefined ? notAnS3Response(status, body) : errorOfElement(element, response);
}

/** Statuses that no S3 service responds with to a HEAD. */
const foreignStatuses = new Set([302, 303, 308, 401, 502, 504]);

function hasS3Headers(response: HttpResponse): boolean {
  return readRequestId(response) !== undefined || response.header('x-minio-error-code') !== undefined;
}

/** Statuses of proxies that refuse a request, or cannot reach its server. */
const proxyStatuses = new Set([403, 407, 502, 503, 504]);

/** Returns the error of a response of an HTTP proxy to a plain HTTP request. */
function proxyRefusal(status: number): StorageError {
  const message =
    status === 407
      ? 'the proxy requires credentials: set them in `proxy` or HTTP_PROXY'
      : `the proxy refused the request with HTTP ${status}: check \`proxy\`, HTTP_PROXY and NO_PROXY`;
  return new StorageError({ code: 'ConnectionFailed', message, status, retryable: isTransientStatus(status) });
}

/** Tells whether a response comes from the HTTP layer of a server, which could not parse the request, and not from its S3 service. */
function isUnreadRequest(response: HttpResponse, body: string): boolean {
  const isClosed = response.header('connection')?.toLowerCase() === 'close';
  return response.status === 400 && isClosed && !hasS3Headers(response) && /^(?:400 Bad Request)?$/.test(body.trim());
}

/** A request that was sent completely is well-formed, so it was cut off or changed on its way, or the server expects TLS. */
function unreadRequest(): StorageError {
  const message =
    'the server could not read the request (HTTP 400): the connection broke on the way, or, if the server uses TLS, set `tls: true`';
  return new StorageError({ code: 'ConnectionFailed', message, retryable: true });
}

/** Statuses of responses to requests that were signed for another region, or sent to its server. */
const regionStatuses = new Set([301, 307, 400]);
const regionPattern = /^[a-z0-9-]{1,64}$/i;

function readRegion(response: HttpResponse, element: XmlElement | undefined): string | undefined {
  if (!regionStatuses.has(response.status)) return undefined;
  const code = element === undefined ? response.header('x-minio-error-code') : textOf(element, 'Code');
  const message = element === undefined ? response.header('x-minio-error-desc') : textOf(element, 'Message');
  const named = element && textOf(element, 'Region');
  const expected = code === 'AuthorizationHeaderMalformed' ? /expecting '([^']*)'/.exec(message ?? '')?.[1] : undefined;
  // The host of the bucket, `bucket.s3.eu-west-1.amazonaws.com`.
  const host = /(?:^|\.)(s3[.-].*)$/.exec((element && textOf(element, 'Endpoint')) ?? '')?.[1];
  const region = response.header('x-amz-bucket-region') ?? named ?? expected ?? (host === undefined ? undefined : regionOfHost(host));
  return region !== undefined && regionPattern.test(region) ? region : undefined;
}

/** Returns the error of a document that came with status 200, or undefined when it is not an `<Error>`. */
export function errorInSuccess(document: XmlElement, response: HttpResponse): StorageError | undefined {
  return document.name === 'Error' ? errorOfElement(document, response) : undefined;
}

/** Returns the error of an `<Error>` element: a whole document, or one entry of a DeleteObjects response. */
export function errorOfElement(element: XmlElement, response: HttpResponse): StorageError {
  const code = textOf(element, 'Code') ?? 'InternalError';
  const region = textOf(element, 'Region');
  const message = textOf(element, 'Message') ?? '';
  const namesRegion = region === undefined || region === '' || message.includes(region);
  return toStorageError(code, message, response, namesRegion ? undefined : region);
}

/**
 * Returns the error for a response that does not come from an S3 service: `ConnectionFailed` if it may be that of a gateway whose server is down,
 * otherwise `ConfigError`.
 */
export function notAnS3Response(status: number, body: string): StorageError {
  if (/HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)/i.test(body))
    return new StorageError({ code: 'ConfigError', message: 'the server uses TLS: set `tls: true`', status });
  const message = `the response (HTTP ${status}) is not from an S3 service: check \`endPoint\` and \`port\` (the MinIO console has a port of its own)`;
  if (!isTransientStatus(status)) return new StorageError({ code: 'ConfigError', message, status });
  return new StorageError({ code: 'ConnectionFailed', message: `${message}, and that the server is running`, status, retryable: true });
}

function isTransientStatus(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

function toStorageError(fullCode: string, description: string | undefined, response: HttpResponse, region?: string): StorageError {
  const { status } = response;
  const serverCode = truncate(fullCode);
  const fullMessage = description === undefined || description === '' ? statusMessage(status) : description;
  const suffix = region === undefined ? '' : ` (the region of the server is ${truncate(region)})`;
  const message = truncate(fullMessage) + suffix;
  const hint = hints[serverCode];
  const requestId = requestIdOf(response);
  return new StorageError({
    code: genericCodes[serverCode] ?? serverCode,
    serverCode,
    message: hint === undefined ? message : `${message.replace(/(?<!\.)\.$/, '')}: ${hint}`,
    // The status of an error in a successful response is the one of its code.
    ...(status < 300 ? {} : { status }),
    requestId,
    deleteMarker: deleteMarkerOf(response),
    retryable: isTransientStatus(status) ? true : retryableByCode[serverCode],
    cause: new S3Error(fullMessage.slice(0, maxCauseLength), serverCode, status, requestId),
  });
}

function requestIdOf(response: HttpResponse): string | undefined {
  const requestId = readRequestId(response);
  return requestId === undefined ? undefined : truncate(requestId);
}

/** Returns the version id of the delete marker that a read met. */
function deleteMarkerOf(response: HttpResponse): string | undefined {
  const versionId = response.header('x-amz-delete-marker') === 'true' ? response.header('x-amz-version-id') : undefined;
  return versionId === undefined ? undefined : truncate(versionId);
}

function errorOfStatus(response: HttpResponse): StorageError {
  const { status } = response;
  const message = statusMessage(status);
  const requestId = requestIdOf(response);
  const s3Code = codeByStatus[status] ?? (status >= 500 ? 'InternalError' : `HTTP${status}`);
  const hint = status === 403 ? 'check the credentials and their permissions' : hints[s3Code];
  return new StorageError({
    code: genericCodes[s3Code] ?? s3Code,
    message: hint === undefined ? message : `${message}: ${hint}`,
    status,
    requestId,
    deleteMarker: deleteMarkerOf(response),
    retryable: isTransientStatus(status),
    cause: new S3Error(message, undefined, status, requestId),
  });
}

function statusMessage(status: number): string {
  return status < 300 ? 'the server reported an error without a message' : `the server responded with HTTP ${status}`;
}

function parseErrorElement(body: string): XmlElement | undefined {
  try {
    const document = parseXml(body);
    const isError = document.name === 'Error' && (textOf(document, 'Code') ?? '') !== '';
    return isError ? document : undefined;
  } catch {
    return undefined;
  }
}
