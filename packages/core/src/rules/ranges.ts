import type { RangeRequest } from '../api/options.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import type { ResolvedRange } from '../api/results.js';

/**
 * Refuses ranges that no object can answer.
 * @returns a copy in one of the two forms, without the other's fields.
 * @throws `InvalidArgument` (not of the form `{ start, end? }` or `{ suffix }` with whole numbers from 0), `InvalidRange` (empty or backward).
 */
export function checkRange(range: unknown): RangeRequest {
  if (typeof range !== 'object' || range === null) throw malformed();
  const { start, end, suffix, ...unknown }: { start?: unknown; end?: unknown; suffix?: unknown } = range;
  if (Object.keys(unknown).length > 0) throw malformed();
  checkCount('start', start);
  checkCount('end', end);
  checkCount('suffix', suffix);
  if (suffix !== undefined) {
    if (start !== undefined || end !== undefined) throw malformed();
    if (suffix === 0) throw invalidRange('the range holds no byte');
    return { suffix };
  }
  if (start === undefined) throw malformed();
  if (end === undefined) return { start };
  if (end <= start) throw invalidRange('the range holds no byte');
  return { start, end };
}

/**
 * Fits a range to an object: the end is clamped, a suffix too.
 * @throws `InvalidRange` when it begins behind the last byte. A suffix of an empty object is empty, as MinIO answers it.
 */
export function resolveRange(range: RangeRequest, size: number): ResolvedRange {
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size, size };
  if (range.start >= size) throw invalidRange(`the range begins at ${range.start}, the object has ${size} bytes`);
  return { start: range.start, end: Math.min(range.end ?? size, size), size };
}

function checkCount(name: string, value: unknown): asserts value is number | undefined {
  if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0))
    throw invalidArgument(`\`range.${name}\` must be a whole number from 0`);
}

function malformed(): StorageError {
  return invalidArgument('`range` must be `{ start, end? }` or `{ suffix }`');
}

function invalidRange(message: string): StorageError {
  return new StorageError({ code: 'InvalidRange', message });
}
