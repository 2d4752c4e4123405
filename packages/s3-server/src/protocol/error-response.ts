import { hostId } from './request-id.js';
import type { S3Error } from './s3-error.js';
import { documentResponse, emptyResponse } from './s3-response.js';
import type { S3Response } from './s3-response.js';
import { encodeUtf8Header } from './request-headers.js';
import { optionalElement, plainXmlDocument, textElement } from './xml-writer.js';

/** The request that failed. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
}

/** Returns the response for an error: a document, or MinIO's headers for HEAD, which has no body. */
export function errorResponse(error: S3Error, { method, path, bucket, key }: FailedRequest, requestId: string): S3Response {
  const retryAfter = error.status === 503 ? ['Retry-After', '60'] : [];
  const headers = [...error.headers, ...retryAfter];
  if (error.status === 304) return emptyResponse(304, headers);
  if (method === 'HEAD') {
    const description = encodeUtf8Header(JSON.stringify(error.message));
    return emptyResponse(error.status, [...headers, 'x-minio-error-code', error.code, 'x-minio-error-desc', description]);
  }
  const children =
    textElement('Code', error.code) +
    textElement('Message', error.message) +
    optionalElement('Key', error.bucket === undefined ? key : error.key) +
    optionalElement('BucketName', error.bucket ?? bucket) +
    textElement('Resource', path) +
    textElement('RequestId', requestId) +
    textElement('HostId', hostId) +
    Object.entries(error.elements)
      .map(([name, text]) => textElement(name, text))
      .join('');
  return documentResponse(error.status, plainXmlDocument('Error', children), headers);
}
