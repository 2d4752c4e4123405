import type { ObjectHeaders } from '../api/object-info.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { isDate, truncateToSeconds } from './times.js';

/** The content type of an object that was given none. */
export const defaultContentType = 'binary/octet-stream';

/** All of an object's text headers together, in bytes: with metadata they stay below the 8 KiB that a server takes in all. */
export const maxHeaderBytes = 4096;

const printable = /^[ -~]+$/;
const textHeaders = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;

/** Stored headers with the content type filled in. */
export interface NormalHeaders extends ObjectHeaders {
  readonly contentType: string;
}

/**
 * Brings the headers among a call's options into the form in which they are stored.
 * @throws `InvalidArgument` for what an HTTP header can't carry, `MetadataTooLarge`.
 */
export function normaliseHeaders(options: ObjectHeaders): NormalHeaders {
  const result: { -readonly [Name in keyof NormalHeaders]: NormalHeaders[Name] } = { contentType: defaultContentType };
  let bytes = 0;
  for (const name of textHeaders) {
    const given: unknown = options[name];
    if (given === undefined) continue;
    if (!isHeaderText(given)) throw invalidArgument(`\`${name}\` must be a text of printable ASCII`);
    const value = name === 'contentEncoding' ? withoutChunked(given) : given.trim();
    if (value !== '') result[name] = value;
    bytes += value.length;
  }
  if (options.expires !== undefined) {
    if (!isDate(options.expires)) throw invalidArgument('`expires` must be a valid Date');
    result.expires = truncateToSeconds(options.expires);
  }
  if (bytes > maxHeaderBytes)
    throw new StorageError({ code: 'MetadataTooLarge', message: `the headers take ${bytes} bytes, ${maxHeaderBytes} are allowed` });
  return result;
}

/** Tells whether a value can be a stored header: printable ASCII, not empty. */
export function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && printable.test(value) && value.trim() !== '';
}

/** Tells whether the options hold any header. */
export function hasHeaders(options: ObjectHeaders): boolean {
  return options.expires !== undefined || textHeaders.some((name) => options[name] !== undefined);
}

/** S3 takes `aws-chunked` for a property of the upload and never stores it. */
function withoutChunked(encoding: string): string {
  return encoding
    .split(',')
    .filter((one) => one.trim() !== 'aws-chunked')
    .join(',')
    .trim();
}
