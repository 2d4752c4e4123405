import { isPlainObject } from '../calls/call.js';
import { fail } from './failure.js';
import { isIntegerBetween } from './predicates.js';

/** A range of a body, and the size of the whole body. */
export interface ResolvedRange {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

const isByteCount = isIntegerBetween(0);

/** Returns the error codes of a range that is invalid for any object. */
export function rangeErrors(range: unknown): string[] {
  if (range === undefined) return [];
  if (!isPlainObject(range)) return ['InvalidArgument'];
  const { start, end, suffix } = range;
  const hasKnownNames = Object.keys(range).every((name) => ['start', 'end', 'suffix'].includes(name));
  if (!hasKnownNames || ![start, end, suffix].every((count) => count === undefined || isByteCount(count))) return ['InvalidArgument'];
  if (suffix !== undefined) return start !== undefined || end !== undefined ? ['InvalidArgument'] : suffix === 0 ? ['InvalidRange'] : [];
  if (start === undefined) return ['InvalidArgument'];
  return end !== undefined && Number(end) <= Number(start) ? ['InvalidRange'] : [];
}

/** Resolves a range for a body of a given size. Throws `InvalidRange`. */
export function resolveRange(range: unknown, size: number): ResolvedRange {
  const { start, end, suffix } = range as { start?: number; end?: number; suffix?: number };
  if (suffix !== undefined) return { start: size - Math.min(suffix, size), end: size, size };
  if (start === undefined || start >= size) fail('InvalidRange');
  return { start, end: end === undefined || end > size ? size : end, size };
}
