import type { Metadata } from '../api/object-info.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { isRecord } from './plain-objects.js';

/** All metadata of an object together, in bytes as MinIO counts them: names with `x-amz-meta-`, and values in their encoded form. */
export const maxMetadataBytes = 2048;

const wirePrefix = 'x-amz-meta-';
const nameGrammar = /^[a-z0-9._-]+$/;
const needsEncoding = /[^ -~]|=\?/;
const encodedWord = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/;
const none: Metadata = Object.freeze({});

/**
 * Brings user metadata into the form in which it is stored: names in lower case, values trimmed.
 * @throws `InvalidArgument` (type, name, a name twice, a lone surrogate), `MetadataTooLarge`.
 */
export function normaliseMetadata(metadata: Metadata | undefined): Metadata {
  if (metadata === undefined) return none;
  if (!isRecord(metadata)) throw invalidArgument('`metadata` must be a plain object of strings');
  const result = Object.create(null) as Record<string, string>;
  let bytes = 0;
  for (const [given, value] of Object.entries(metadata)) {
    const name = given.toLowerCase();
    if (!nameGrammar.test(name))
      throw invalidArgument(`the metadata name ${JSON.stringify(given)} must be of letters, digits, \`.\`, \`_\` and \`-\``);
    if (name in result) throw invalidArgument(`the metadata name ${JSON.stringify(name)} is given twice`);
    if (typeof value !== 'string') throw invalidArgument(`\`metadata.${given}\` must be a string, not ${typeof value}`);
    if (!value.isWellFormed()) throw invalidArgument(`\`metadata.${given}\` holds a lone surrogate`);
    const trimmed = trimBlanks(value);
    result[name] = trimmed;
    bytes += wirePrefix.length + name.length + encodeMetadataValue(trimmed).length;
  }
  if (bytes > maxMetadataBytes) {
    throw new StorageError({ code: 'MetadataTooLarge', message: `the metadata takes ${bytes} bytes, ${maxMetadataBytes} are allowed` });
  }
  return { ...result };
}

/** Without the blanks around it, as HTTP takes a value. A pattern that ends in `+$` would need quadratic time for many blanks. */
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

/** A value as a header carries it: as it is when printable ASCII, otherwise as an RFC 2047 word. */
export function encodeMetadataValue(value: string): string {
  return needsEncoding.test(value) ? `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=` : value;
}

/** What {@link encodeMetadataValue} made, back; any other header stays as it is. */
export function decodeMetadataValue(header: string): string {
  const word = encodedWord.exec(header)?.[1];
  return word === undefined ? header : Buffer.from(word, 'base64').toString();
}
