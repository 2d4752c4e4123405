import type { CommonPrefix } from '../api/object-info.js';
import { invalidArgument } from '../api/errors.js';
import { keyAfterPrefix, compareKeys } from './order.js';

/** Entries a page at most, S3's number. */
export const maxPageSize = 1000;

/** What a page asks for; see `ListCall`. */
export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

/** Names in the order of their UTF-8 bytes, to be read from any place. */
export interface SortedKeys {
  /** The first key that is `>= from` (or `> from` when `exclusive`); undefined behind the last. */
  seek(from: string, exclusive: boolean): string | undefined;
}

/** One page of keys and common prefixes. */
export interface KeyPage {
  readonly entries: (string | CommonPrefix)[];
  readonly truncated: boolean;
}

/** Cuts one page out of sorted keys. Its cost is the page's, not the bucket's: a folded folder is stepped over in one seek. */
export function pageOfKeys(keys: SortedKeys, { prefix, delimiter, startAfter, maxKeys }: PageRequest): KeyPage {
  const entries: (string | CommonPrefix)[] = [];
  let key = compareKeys(startAfter, prefix) < 0 ? keys.seek(prefix, false) : keys.seek(startAfter, true);
  while (key !== undefined && key.startsWith(prefix)) {
    const folder = commonPrefix(key, prefix, delimiter);
    const listed = folder === undefined || compareKeys(folder, startAfter) > 0;
    if (listed && entries.length === maxKeys) return { entries, truncated: true };
    if (folder === undefined) {
      entries.push(key);
      key = keys.seek(key, true);
    } else {
      if (listed) entries.push({ key: folder, isPrefix: true });
      const next = keyAfterPrefix(folder);
      key = next === undefined ? undefined : keys.seek(next, false);
    }
  }
  return { entries, truncated: false };
}

/** The folder that a key is folded into: all up to and with the first delimiter behind the prefix; undefined when there is none. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** A token that goes on behind an entry, from any handle or process: it holds the entry's key and nothing else. */
export function pageToken(lastKey: string): string {
  return Buffer.from(JSON.stringify({ after: lastKey })).toString('base64url');
}

/** The key behind which a token goes on. @throws `InvalidArgument` for what {@link pageToken} did not make. */
export function keyOfToken(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after: unknown };
    if (typeof after === 'string' && after !== '' && pageToken(after) === token) return after;
  } catch {
    // No JSON: the same answer as for JSON of another form.
  }
  throw invalidArgument('`token` is not one that a page of this library gave');
}
