import { isPlainObject } from '../calls/call.js';
import { isWellFormed } from './bytes.js';
import type { Headers } from './model-state.js';
import { isDate } from './predicates.js';

const headerNames = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;
const metadataNameCharacters = new Set('abcdefghijklmnopqrstuvwxyz0123456789._-');
/** Names that metadata must not have, because they are those of headers. */
const reservedNames =
  /^(?:cache-control|content-(?:disposition|encoding|language|length|md5|type)|etag|expires|last-modified|x-amz-meta-.*)$/;
const tagCharacters = new Set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 +-=._:/@');

/** Returns whether any stored header is among the options. */
export function hasHeaders(options: Record<string, unknown>): boolean {
  return [...headerNames, 'expires'].some((name) => options[name] !== undefined);
}

/** Returns the error codes of invalid headers among the options. */
export function headerErrors(options: Record<string, unknown>): string[] {
  const given = headerNames.map((name) => options[name]).filter((value) => value !== undefined);
  if (given.some((value) => typeof value !== 'string' || value.trim() === '' || !isPrintable(value))) return ['InvalidArgument'];
  if (options['expires'] !== undefined && !isDate(options['expires'])) return ['InvalidArgument'];
  return headerEntries(options).reduce((sum, [, value]) => sum + value.length, 0) > 4096 ? ['MetadataTooLarge'] : [];
}

/** Returns the headers as they are stored. */
export function toStoredHeaders(options: Record<string, unknown>): Headers {
  const headers: Headers = { contentType: 'binary/octet-stream' };
  for (const [name, value] of headerEntries(options)) if (value !== '') headers[name] = value;
  const { expires } = options;
  if (expires instanceof Date) headers.expires = new Date(Math.floor(expires.getTime() / 1000) * 1000);
  return headers;
}

/** Returns the error codes of invalid user metadata. */
export function metadataErrors(metadata: unknown): string[] {
  if (metadata === undefined) return [];
  if (!isPlainObject(metadata)) return ['InvalidArgument'];
  const names = Object.keys(metadata).map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) return ['InvalidArgument'];
  if (names.some((name) => name === '' || Array.from(name).some((character) => !metadataNameCharacters.has(character))))
    return ['InvalidArgument'];
  if (names.some((name) => reservedNames.test(name))) return ['InvalidArgument'];
  const values = Object.values(metadata);
  if (values.some((value) => typeof value !== 'string' || !isWellFormed(value))) return ['InvalidArgument'];
  const bytes = Object.entries(toStoredMetadata(metadata)).reduce(
    (sum, [name, value]) => sum + 'x-amz-meta-'.length + name.length + encodedLength(value),
    0,
  );
  return bytes > 2048 ? ['MetadataTooLarge'] : [];
}

/** Returns the user metadata as it is stored. */
export function toStoredMetadata(metadata: unknown): Record<string, string> {
  const entries = Object.entries((metadata ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')]));
}

/** Returns the error codes of invalid tags. */
export function tagErrors(tags: unknown): string[] {
  if (tags === undefined) return [];
  if (!isPlainObject(tags) || Object.values(tags).some((value) => typeof value !== 'string')) return ['InvalidArgument'];
  const entries = Object.entries(tags as Record<string, string>);
  const isInvalid = entries.some(
    ([key, value]) => key === '' || key.length > 128 || value.length > 256 || !isTagText(key) || !isTagText(value),
  );
  return isInvalid ? ['InvalidTag'] : entries.length > 10 ? ['BadRequest'] : [];
}

function headerEntries(options: Record<string, unknown>): [(typeof headerNames)[number], string][] {
  return headerNames.flatMap((name): [(typeof headerNames)[number], string][] => {
    const value = options[name];
    if (typeof value !== 'string') return [];
    return [[name, name === 'contentEncoding' ? withoutAwsChunked(value) : value.trim()]];
  });
}

/** Removes `aws-chunked`, which describes the transfer and is not stored. */
function withoutAwsChunked(encoding: string): string {
  const parts = encoding.split(',');
  return parts
    .filter((part) => part.trim() !== 'aws-chunked')
    .join(',')
    .trim();
}

function isPrintable(text: string): boolean {
  return Array.from(text).every((character) => character >= ' ' && character <= '~');
}

function isTagText(text: string): boolean {
  return Array.from(text).every((character) => tagCharacters.has(character));
}

/** Returns the length of a metadata value as a header: unchanged, or base64 between `=?UTF-8?B?` and `?=`. */
function encodedLength(value: string): number {
  if (isPrintable(value) && !value.includes('=?')) return value.length;
  return 12 + Math.ceil(Buffer.byteLength(value) / 3) * 4;
}
