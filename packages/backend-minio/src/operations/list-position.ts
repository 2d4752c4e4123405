import { commonPrefix } from '@anybucket/core/backend';
import type { CommonPrefix } from '@anybucket/core';

/** The listing features of a server, detected from its responses and shared by all buckets. Undefined until detected. */
export interface ListFeatures {
  /** Keys follow the rules of S3: prefixes and positions are sent unchanged. Given, not detected. */
  readonly anyKeys: boolean;
  /** The server supports MinIO's `metadata=true`. */
  metadata: boolean | undefined;
  /** Continuation tokens contain a key in MinIO's format. */
  minioTokens: boolean | undefined;
}

interface Grouping {
  readonly prefix: string;
  readonly delimiter: string;
}

/** Sorts after every key of a folder. It is a noncharacter: a key that starts with it is folded into the folder again, and dropped. */
const lastCharacter = '\u{10ffff}';

const tokenMarker = '[minio_cache:';

/**
 * Returns the query parameters that continue a listing after a key, or undefined when they depend on a feature that has not been detected.
 *
 * MinIO silently loses entries after some values of `start-after`: for `f/1`, it counts the siblings `f-...` of the folder towards the page
 * and may stop before the folder. The tokens that MinIO creates do not have this problem, but from the third page on they read a snapshot.
 * A token in the format of MinIO's first page, built here, is exact and reads the current state. However, MinIO then walks all remaining
 * entries instead of one page, so tokens are used only where `start-after` may be wrong.
 */
export function positionQuery(
  after: string,
  request: { readonly prefix: string; readonly maxKeys: number },
  features: ListFeatures,
): Readonly<Record<string, string>> | undefined {
  if (after === '') return {};
  if (features.minioTokens === false || isStartAfterExact(after, request)) return { 'start-after': after };
  if (features.minioTokens === undefined) return undefined;
  return { 'continuation-token': Buffer.from(`${after}${tokenMarker}v2,return:]`).toString('base64') };
}

/**
 * Tells whether MinIO handles `start-after` correctly: after a name directly below the prefix. For these it miscounts only siblings that
 * extend the name with a character that sorts before `/`, and it walks a few more entries than the page needs: 4, and 1/16 of the page.
 */
function isStartAfterExact(after: string, { prefix, maxKeys }: { readonly prefix: string; readonly maxKeys: number }): boolean {
  const name = after.slice(prefix.lastIndexOf('/') + 1);
  const miscounted = name.match(/[\0-.]/g)?.length ?? 0;
  return !name.includes('/') && !after.includes(tokenMarker) && miscounted <= 4 + maxKeys / 16;
}

/** Tells whether a continuation token contains a key in MinIO's format. */
export function isMinioToken(token: string): boolean {
  return Buffer.from(token, 'base64').toString().includes(tokenMarker);
}

/** Returns the common prefix that stands for an entry, or the entry itself. */
export function fold<Entry extends { readonly key: string }>(entry: Entry, { prefix, delimiter }: Grouping): Entry | CommonPrefix {
  const folder = entry.key.startsWith(prefix) ? commonPrefix(entry.key, prefix, delimiter) : undefined;
  return folder === undefined ? entry : { key: folder, isPrefix: true };
}

/**
 * Returns the position that continues a listing after a key. A folded key continues after its whole folder: with a position at the name
 * of the folder or inside it, MinIO may lose the entries that follow.
 */
export function positionAfter(key: string, { prefix, delimiter }: Grouping): string {
  const folder = key.startsWith(prefix) ? commonPrefix(key, prefix, delimiter) : undefined;
  return folder === undefined ? key : folder + lastCharacter;
}
