import { StorageError } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';

/** Values from a server are cut to this length in messages, in UTF-16 code units. */
const maxQuotedLength = 100;

/** Returns the `InternalError` for a response that violates the S3 protocol. The request may or may not have had an effect. */
export function protocolError(message: string, response?: HttpResponse): StorageError {
  const requestId = response?.header('x-amz-request-id');
  return new StorageError({
    code: 'InternalError',
    message: `the server broke the S3 protocol: ${message}`,
    requestId: requestId === undefined ? undefined : truncate(requestId),
    retryable: false,
  });
}

/** Quotes a value from a server for an error message. */
export function quoteValue(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(truncate(value));
}

/** Cuts a text from a server to about 100 characters on one line. */
export function truncate(text: string): string {
  const line = text.slice(0, maxQuotedLength + 1).replace(/[\0-\x1f\x7f]+/g, ' ');
  return line.length > maxQuotedLength ? `${line.slice(0, maxQuotedLength).toWellFormed()}...` : line;
}
