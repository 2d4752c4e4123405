import type { ListFeatures } from './list-position.js';

// MinIO resolves prefixes like paths and refuses some. The portable rules for keys refuse keys with such segments.

/** Matches prefixes that no key has. */
const impossiblePrefix = /^\/|\/\/|\0|(?:^|[/\\])[\t-\r ]*\.{1,2}[\t-\r ]*[/\\]/;
/** Matches a last segment that the server takes for `.` or `..`, though it may be the beginning of a valid one: `a/.` of `a/.hidden`. */
const trailingDots = /(?:^|[/\\])([\t-\r ]*\.{1,2}[\t-\r ]*)$/;
/** Matches a segment that the server refuses in `start-after`. */
const dotSegment = /(?:^|[/\\])([\t-\r ]*\.{1,2}[\t-\r ]*)(?:$|[/\\])/;

/**
 * Returns the longest part of a prefix that the server accepts, or undefined when no key has the prefix.
 * The entries it lists must be filtered by the original prefix.
 */
export function toAcceptedPrefix(prefix: string, { anyKeys }: ListFeatures): string | undefined {
  if (anyKeys) return prefix;
  if (impossiblePrefix.test(prefix)) return undefined;
  const dots = trailingDots.exec(prefix)?.[1];
  return dots === undefined ? prefix : prefix.slice(0, prefix.length - dots.length);
}

/**
 * Returns the longest part of a `start-after` position that the server accepts.
 * The entries up to the original position must be dropped.
 */
export function toAcceptedStartAfter(startAfter: string, { anyKeys }: ListFeatures): string {
  const match = anyKeys ? null : dotSegment.exec(startAfter);
  if (match === null) return startAfter;
  const [segment, dots = ''] = match;
  return startAfter.slice(0, match.index + segment.indexOf(dots));
}
