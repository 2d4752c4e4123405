import type { CommonPrefix } from '../api/object-info.js';
import { invalidArgument, quote } from '../api/errors.js';
import { keyAfterPrefix, compareKeys } from './key-order.js';

/** The maximum number of entries per page, as in S3. */
export const maxPageSize = 1000;

/** The parameters of a page; see `ListCall`. */
export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

/** Keys in the order of their UTF-8 bytes, with random access. */
export interface SortedKeys {
  /** Returns the first key `>= from` (`> from` if `exclusive`); undefined if there is none. */
  seek(from: string, exclusive: boolean): string | undefined;
}

/** A page of keys and common prefixes. */
export interface KeyPage {
  readonly entries: (string | CommonPrefix)[];
  readonly truncated: boolean;
}

/**
 * Returns one page of sorted keys, grouped by the delimiter. The number of seeks depends on the size of the page only: all keys of a common
 * prefix are skipped with one seek.
 */
export function pageOfKeys(keys: SortedKeys, { prefix, delimiter, startAfter, maxKeys }: PageRequest): KeyPage {
  const entries: (string | CommonPrefix)[] = [];
  let key = compareKeys(startAfter, prefix) < 0 ? keys.seek(prefix, false) : keys.seek(startAfter, true);
  while (key !== undefined && key.startsWith(prefix)) {
    const group = commonPrefix(key, prefix, delimiter);
    const isListed = group === undefined || compareKeys(group, startAfter) > 0;
    if (isListed && entries.length === maxKeys) return { entries, truncated: true };
    if (group === undefined) {
      entries.push(key);
      key = keys.seek(key, true);
    } else {
      if (isListed) entries.push({ key: group, isPrefix: true });
      const next = keyAfterPrefix(group);
      key = next === undefined ? undefined : keys.seek(next, false);
    }
  }
  return { entries, truncated: false };
}

/** Returns the common prefix of a key: everything up to and including the first delimiter after `prefix`; undefined if there is none. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const index = key.indexOf(delimiter, prefix.length);
  return index < 0 ? undefined : key.slice(0, index + delimiter.length);
}

/** Returns the token of the page after an entry. It consists of the key only, so it is valid in any process. */
export function pageToken(lastKey: string): string {
  return Buffer.from(JSON.stringify({ after: lastKey })).toString('base64url');
}

/** Returns the key in a token of {@link pageToken}. @throws `InvalidArgument` if the token is malformed. */
export function keyOfToken(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after: unknown };
    if (typeof after === 'string' && after !== '' && pageToken(after) === token) return after;
  } catch {
    // Not JSON: report the same error as for other malformed tokens.
  }
  throw invalidArgument(`\`token\` must be the \`nextToken\` of a page, not ${quote(token)}`);
}
