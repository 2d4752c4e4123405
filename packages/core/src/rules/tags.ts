import type { Tags } from '../api/object-info.js';
import { StorageError, describeValue, invalidArgument, quote } from '../api/errors.js';
import { compareKeys } from './key-order.js';
import { isPlainObject } from './is-plain-object.js';

const maxTags = 10;
const maxTagKeyLength = 128;
const maxTagValueLength = 256;

const allowedCharacters = /^[a-zA-Z0-9 +\-=._:/@]*$/;
/** The tags of objects stored without any. */
export const noTags: Tags = Object.freeze({});

/**
 * Validates object tags by the rules of MinIO, and returns a copy ordered by key, as servers return them.
 *
 * @throws `InvalidArgument` if a type is wrong, `InvalidTag` if a key or value is too long or contains other characters, `BadRequest` for
 *   more than 10 tags.
 */
export function normaliseTags(tags: Tags | undefined): Tags {
  if (tags === undefined) return noTags;
  if (!isPlainObject(tags)) throw invalidArgument(`\`tags\` must be a plain object with string values, not ${describeValue(tags)}`);
  const entries = Object.entries(tags);
  for (const [key, value] of entries) {
    if (typeof value !== 'string')
      throw invalidArgument(`the value of the tag ${quote(key)} must be a string, not ${describeValue(value)}`);
    if (key === '' || key.length > maxTagKeyLength || !allowedCharacters.test(key))
      throw invalidTag(`the tag key ${quote(key)} must consist of 1 to ${maxTagKeyLength}`);
    if (value.length > maxTagValueLength || !allowedCharacters.test(value))
      throw invalidTag(`the value of the tag ${quote(key)} must consist of at most ${maxTagValueLength}`);
  }
  // Like MinIO, validates the tags before their number.
  if (entries.length > maxTags)
    throw new StorageError({ code: 'BadRequest', message: `an object must not have more than ${maxTags} tags, got ${entries.length}` });
  return Object.fromEntries(entries.sort(([a], [b]) => compareKeys(a, b)));
}

function invalidTag(message: string): StorageError {
  return new StorageError({ code: 'InvalidTag', message: `${message} letters, digits, spaces and \`+-=._:/@\`` });
}
