import type { ObjectInfo } from '@anybucket/core';
import { truncateToSeconds } from '@anybucket/core/backend';
import { parseHttpDate } from './dates.js';
import { parseEntityTags } from './etags.js';
import type { EntityTag } from './etags.js';
import type { RequestHeaders } from './http-request.js';

/** The preconditions of a GET or HEAD request (RFC 9110, 13.1.1 to 13.1.4). */
export interface Preconditions {
  readonly ifMatch: readonly EntityTag[] | '*' | undefined;
  readonly ifNoneMatch: readonly EntityTag[] | '*' | undefined;
  readonly ifModifiedSince: Date | undefined;
  readonly ifUnmodifiedSince: Date | undefined;
}

/**
 * Parses the preconditions of a request. A malformed `If-None-Match` or date is ignored, which leads to a complete response.
 *
 * @returns `'malformed'` for a malformed `If-Match`: ignoring it could return an object that the client excluded.
 */
export function parsePreconditions(header: RequestHeaders): Preconditions | 'malformed' | undefined {
  const [match, noneMatch] = [header('if-match'), header('if-none-match')];
  const [modified, unmodified] = [header('if-modified-since'), header('if-unmodified-since')];
  if (match === undefined && noneMatch === undefined && modified === undefined && unmodified === undefined) return undefined;
  const ifMatch = match === undefined ? undefined : parseEntityTags(match);
  if (match !== undefined && ifMatch === undefined) return 'malformed';
  return {
    ifMatch,
    ifNoneMatch: noneMatch === undefined ? undefined : parseEntityTags(noneMatch),
    // The dates are ignored if there are entity tags, also malformed ones (RFC 9110, 13.1.3 and 13.1.4).
    ifModifiedSince: modified === undefined || noneMatch !== undefined ? undefined : parseHttpDate(modified),
    ifUnmodifiedSince: unmodified === undefined || match !== undefined ? undefined : parseHttpDate(unmodified),
  };
}

/** Evaluates preconditions in the order of RFC 9110, 13.2.2. Returns the status of a failed one, undefined if all hold. */
export function evaluatePreconditions(conditions: Preconditions | undefined, info: ObjectInfo): 304 | 412 | undefined {
  if (conditions === undefined) return undefined;
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined && !matchesStrongly(ifMatch, info.etag)) return 412;
  if (ifUnmodifiedSince !== undefined && isModifiedAfter(info, ifUnmodifiedSince)) return 412;
  if (ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, info.etag)) return 304;
  if (ifModifiedSince !== undefined && !isModifiedAfter(info, ifModifiedSince)) return 304;
  return undefined;
}

function matchesStrongly(tags: readonly EntityTag[] | '*', etag: string): boolean {
  return tags === '*' || tags.some(({ opaque, isWeak }) => !isWeak && opaque === etag);
}

function matchesWeakly(tags: readonly EntityTag[] | '*', etag: string): boolean {
  return tags === '*' || tags.some(({ opaque }) => opaque === etag);
}

function isModifiedAfter({ lastModified }: ObjectInfo, time: Date): boolean {
  return truncateToSeconds(lastModified) > time;
}
