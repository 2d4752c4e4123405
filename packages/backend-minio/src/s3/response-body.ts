import type { StorageError } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { notAnS3Response } from './error-response.js';
import { protocolError, quoteValue } from './protocol-error.js';
import { readRequestId } from './request-id.js';
import type { S3Request } from './request.js';
import { XmlLimitError, parseXml } from './xml.js';
import type { XmlElement } from './xml.js';

/** Responses that are buffered are limited to this size. The largest are pages of 1000 objects with metadata, of about 5 MiB. */
const maxResponseBytes = 16 * 2 ** 20;
/**
 * MinIO reports XMinioObjectTampered with status 206, which is otherwise sent with a `content-range` for a part of an object, and without one
 * for the part of an empty object.
 */
export function isSuccess(response: HttpResponse, { method, key }: S3Request): boolean {
  const { status } = response;
  if (status !== 206) return status >= 200 && status < 300;
  if (key === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
  return (
    response.header('content-range') !== undefined || (response.header('content-length') === '0' && response.header('etag') !== undefined)
  );
}

/** Tells whether a success is a page of a web server that accepts every path, such as the MinIO console. */
export function isWebPage(response: HttpResponse): boolean {
  return (
    readRequestId(response) === undefined &&
    response.header('etag') === undefined &&
    (response.header('content-type') ?? '').startsWith('text/html')
  );
}

/** Reads the body of a response that is not an object. @throws `InternalError` if it is too large. */
export async function readBody(response: HttpResponse): Promise<Buffer> {
  const body = await response.bytes(maxResponseBytes);
  if (body.length > maxResponseBytes) throw protocolError(`the response exceeds ${maxResponseBytes} bytes`, response);
  return body;
}

/** Parses the XML of a response. @throws `RequestFailed` if the response is something else. */
export function parseResponse(body: string, response: HttpResponse): XmlElement {
  try {
    return parseXml(body);
  } catch (error) {
    if (error instanceof XmlLimitError) throw protocolError(error.message, response);
    throw notAnS3Response(response.status, body);
  }
}

/** Returns the error for a document with another root element. */
export function unexpectedRoot({ name }: XmlElement, expected: string, response: HttpResponse): StorageError {
  if (name.toLowerCase() === 'html') return notAnS3Response(response.status, '');
  return protocolError(`expected a <${expected}> document, got the root element ${quoteValue(name)}`, response);
}

/** Calls `read`, and reports invalid values, such as a key that is not percent-encoded correctly. */
export function readDocument<T>(
  document: XmlElement,
  response: HttpResponse,
  read: (document: XmlElement, response: HttpResponse) => T,
): T {
  try {
    return read(document, response);
  } catch (error) {
    if (error instanceof URIError) throw protocolError('the response contains a key that is not percent-encoded correctly', response);
    throw error;
  }
}
