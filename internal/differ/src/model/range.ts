import { isPlainObject } from '../calls/call.js';
import { fail } from './failure.js';
import type { ModelObject } from './model-state.js';
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
  const parsed = parseRange(range);
  if (!isPlainObject(parsed)) return ['InvalidArgument'];
  const { start, end, suffix } = parsed;
  const hasKnownNames = Object.keys(parsed).every((name) => ['start', 'end', 'suffix'].includes(name));
  if (!hasKnownNames || ![start, end, suffix].every((count) => count === undefined || isByteCount(count))) return ['InvalidArgument'];
  if (suffix !== undefined) return start !== undefined || end !== undefined ? ['InvalidArgument'] : suffix === 0 ? ['InvalidRange'] : [];
  if (start === undefined) return ['InvalidArgument'];
  return end !== undefined && Number(end) <= Number(start) ? ['InvalidRange'] : [];
}

/** Returns a range as an object, also if it is the text of an HTTP header; undefined for a malformed header. */
export function parseRange(range: unknown): unknown {
  if (typeof range !== 'string') return range;
  const [unit, rest = '', ...others] = range.trim().split('=');
  const [first = '', last = '', ...more] = rest.trimStart().split('-');
  const areDigits = [first, last].every((text) => Array.from(text).every((character) => character >= '0' && character <= '9'));
  if (unit?.toLowerCase() !== 'bytes' || others.length > 0 || more.length > 0 || !rest.includes('-') || !areDigits) return undefined;
  if (first === '') return last === '' ? undefined : { suffix: toOffset(last) };
  return last === '' ? { start: toOffset(first) } : { start: toOffset(first), end: toOffset(last) + 1 };
}

/** Returns the range of a part. Throws `InvalidRange`. */
export function partRange({ bytes, parts }: ModelObject, partNumber: number): ResolvedRange {
  let start = 0;
  for (const [number, size] of parts ?? new Map([[1, bytes.length]])) {
    if (number === partNumber) return { start, end: start + size, size: bytes.length };
    start += size;
  }
  return fail('InvalidRange');
}

function toOffset(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER - 1);
}

/** Resolves a range for a body of a given size. Throws `InvalidRange`. */
export function resolveRange(range: unknown, size: number): ResolvedRange {
  const { start, end, suffix } = range as { start?: number; end?: number; suffix?: number };
  if (suffix !== undefined) return { start: size - Math.min(suffix, size), end: size, size };
  if (start === undefined || start >= size) fail('InvalidRange');
  return { start, end: end === undefined || end > size ? size : end, size };
}
