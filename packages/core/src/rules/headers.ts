import type { ObjectHeaders } from '../api/object-info.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import { isHttpDate, truncateToSeconds } from './http-dates.js';

/** The content type of objects stored without one. */
export const defaultContentType = 'binary/octet-stream';

/** The maximum size of all text headers of an object, in bytes. Together with the metadata, they fit into the 8 KiB limit of servers. */
export const maxHeaderBytes = 4096;

const printable = /^[ -~]+$/;
const textHeaders = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;

/** Headers as stored, with a content type. */
export interface StoredHeaders extends ObjectHeaders {
  readonly contentType: string;
}

/**
 * Validates and normalises the headers among the options of a call.
 *
 * @param defaults headers for options that are not given.
 * @throws `InvalidArgument` if a value is not a valid HTTP header, `MetadataTooLarge` if the headers exceed 4096 bytes.
 */
export function normaliseHeaders(options: ObjectHeaders, defaults: ObjectHeaders = {}): StoredHeaders {
  const result: { -readonly [Name in keyof StoredHeaders]: StoredHeaders[Name] } = { contentType: defaultContentType };
  let bytes = 0;
  for (const name of textHeaders) {
    const given: unknown = valueOf(name, options, defaults);
    if (given === undefined) continue;
    if (!isHeaderText(given))
      throw invalidArgument(`\`${name}\` must be a non-empty string of printable ASCII, not ${describeValue(given)}`);
    const value = name === 'contentEncoding' ? removeAwsChunked(given) : given.trim();
    if (value !== '') result[name] = value;
    bytes += value.length;
  }
  const expires = valueOf('expires', options, defaults);
  if (expires !== undefined) {
    if (!isHttpDate(expires)) throw invalidArgument('`expires` must be a valid Date with a year of four digits');
    result.expires = truncateToSeconds(expires);
  }
  if (bytes > maxHeaderBytes)
    throw new StorageError({
      code: 'MetadataTooLarge',
      message: `the headers must not exceed ${maxHeaderBytes} bytes, got ${bytes} bytes`,
    });
  return result;
}

/** Returns whether a value is a valid header: a non-blank string of printable ASCII. */
export function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && printable.test(value) && value.trim() !== '';
}

/** Returns whether the options contain a header. */
export function hasHeaders(options: ObjectHeaders): boolean {
  return options.expires !== undefined || textHeaders.some((name) => options[name] !== undefined);
}

/** Returns a header, or its default. Not by `??`, because null is invalid. */
function valueOf<Name extends keyof ObjectHeaders>(name: Name, options: ObjectHeaders, defaults: ObjectHeaders): ObjectHeaders[Name] {
  const value = options[name];
  if (value !== undefined) return value;
  return defaults[name];
}

/** Removes `aws-chunked`, a transfer encoding of S3 clients, which S3 does not store. */
function removeAwsChunked(encoding: string): string {
  return encoding
    .split(',')
    .filter((coding) => coding.trim() !== 'aws-chunked')
    .join(',')
    .trim();
}
