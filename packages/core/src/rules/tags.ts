import type { Tags } from '../api/object-info.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { compareKeys } from './order.js';
import { isRecord } from './plain-objects.js';

const maxTags = 10;
const maxTagKeyLength = 128;
const maxTagValueLength = 256;

const allowed = /^[a-zA-Z0-9 +\-=._:/@]*$/;
const none: Tags = Object.freeze({});

/**
 * Checks object tags by the rules of MinIO and gives a copy, in the order in which a server gives them back.
 * @throws `InvalidArgument` (type), `InvalidTag` (length, characters), `BadRequest` (over 10).
 */
export function normaliseTags(tags: Tags | undefined): Tags {
  if (tags === undefined) return none;
  if (!isRecord(tags)) throw invalidArgument('`tags` must be a plain object of strings');
  const entries = Object.entries(tags);
  for (const [key, value] of entries) {
    if (typeof value !== 'string') throw invalidArgument(`the tag ${JSON.stringify(key)} must be a string, not ${typeof value}`);
    if (key === '' || key.length > maxTagKeyLength || !allowed.test(key))
      throw invalidTag(`the tag key ${JSON.stringify(key)} must be 1 to ${maxTagKeyLength}`);
    if (value.length > maxTagValueLength || !allowed.test(value))
      throw invalidTag(`the value of the tag ${JSON.stringify(key)} must be up to ${maxTagValueLength}`);
  }
  // Behind the tags themselves, as on the server.
  if (entries.length > maxTags)
    throw new StorageError({ code: 'BadRequest', message: `an object has at most ${maxTags} tags, not ${entries.length}` });
  return Object.fromEntries(entries.sort(([a], [b]) => compareKeys(a, b)));
}

function invalidTag(message: string): StorageError {
  return new StorageError({ code: 'InvalidTag', message: `${message} letters, digits, spaces and \`+-=._:/@\`` });
}
