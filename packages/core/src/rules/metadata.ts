import type { Metadata } from '../api/object-info.js';
import { StorageError, describeValue, invalidArgument, quote } from '../api/errors.js';
import { isPlainObject } from './is-plain-object.js';
import { compareKeys } from './key-order.js';

/** The maximum size of the metadata of an object, in bytes. As on MinIO, names count with `x-amz-meta-`, values in encoded form. */
export const maxMetadataBytes = 2048;

const headerPrefix = 'x-amz-meta-';
const nameGrammar = /^[a-z0-9._-]+$/;
const needsEncoding = /[^ -~]|=\?/;
const encodedWord = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/;
/** The metadata of objects stored without any. */
export const noMetadata: Metadata = Object.freeze({});

/** Headers that must not be passed as metadata, with the option to use instead, if there is one. */
const headerOptions: ReadonlyMap<string, string | undefined> = new Map([
  ['cache-control', 'cacheControl'],
  ['content-disposition', 'contentDisposition'],
  ['content-encoding', 'contentEncoding'],
  ['content-language', 'contentLanguage'],
  ['content-length', undefined],
  ['content-md5', 'contentMD5'],
  ['content-type', 'contentType'],
  ['etag', undefined],
  ['expires', 'expires'],
  ['last-modified', undefined],
]);

/**
 * Validates user metadata and returns a copy with lower-case names in order, and trimmed values.
 *
 * @param inherited the metadata of another object, for calls without metadata. It may contain the names of headers.
 * @throws `InvalidArgument` if a type, name or value is invalid, if two names differ in case only, if a name is that of a header or begins
 *   with `x-amz-meta-`; `MetadataTooLarge` above 2048 bytes.
 */
export function normaliseMetadata(metadata: Metadata | undefined, inherited?: Metadata): Metadata {
  if (metadata !== undefined) return copyMetadata(metadata, rejectHeaderName);
  return inherited === undefined ? noMetadata : copyMetadata(inherited, () => {});
}

function rejectHeaderName(name: string): void {
  if (name.startsWith(headerPrefix))
    throw invalidArgument(`the metadata name ${quote(name)} must not begin with \`${headerPrefix}\`, which is added automatically`);
  if (!headerOptions.has(name)) return;
  const option = headerOptions.get(name);
  const hint = option === undefined ? 'is set automatically' : `has an option of its own, \`${option}\``;
  throw invalidArgument(`the metadata name ${quote(name)} is that of a header, which ${hint}`);
}

/** @param checkName Throws for a name that is not allowed. */
function copyMetadata(metadata: Metadata, checkName: (name: string) => void): Metadata {
  if (!isPlainObject(metadata))
    throw invalidArgument(`\`metadata\` must be a plain object with string values, not ${describeValue(metadata)}`);
  const result = new Map<string, string>();
  let bytes = 0;
  for (const [given, value] of Object.entries(metadata)) {
    const name = given.toLowerCase();
    if (!nameGrammar.test(name))
      throw invalidArgument(`the metadata name ${quote(given)} must consist of letters, digits, \`.\`, \`_\` and \`-\``);
    checkName(name);
    if (result.has(name)) throw invalidArgument(`the metadata name ${quote(given)} occurs twice; names are case-insensitive`);
    if (typeof value !== 'string')
      throw invalidArgument(`the value of the metadata name ${quote(given)} must be a string, not ${describeValue(value)}`);
    if (!value.isWellFormed())
      throw invalidArgument(`the value of the metadata name ${quote(given)} must be well-formed Unicode, but contains a lone surrogate`);
    const trimmed = trimBlanks(value);
    result.set(name, trimmed);
    bytes += headerPrefix.length + name.length + encodeMetadataValue(trimmed).length;
  }
  if (bytes > maxMetadataBytes) {
    throw new StorageError({
      code: 'MetadataTooLarge',
      message: `the metadata must not exceed ${maxMetadataBytes} bytes, got ${bytes} bytes`,
    });
  }
  // Sorted, because the order of servers is not that of the caller.
  return Object.fromEntries([...result].sort(([a], [b]) => compareKeys(a, b)));
}

/** Removes surrounding spaces and tabs, as HTTP does. Not by a regular expression ending in `+$`, which takes quadratic time. */
function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (isBlank(value[start])) start++;
  while (isBlank(value[end - 1])) end--;
  return value.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** Encodes a metadata value as a header: printable ASCII unchanged, anything else as an RFC 2047 encoded word. */
export function encodeMetadataValue(value: string): string {
  return needsEncoding.test(value) ? `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=` : value;
}

/** Decodes a header encoded by {@link encodeMetadataValue}. Returns any other header unchanged. */
export function decodeMetadataValue(header: string): string {
  const word = encodedWord.exec(header)?.[1];
  return word === undefined ? header : Buffer.from(word, 'base64').toString();
}
