import type { RangeRequest } from '../api/options.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import type { ResolvedRange } from '../api/results.js';

/**
 * Validates a range independently of an object.
 *
 * @returns a copy in one of the two forms, without the fields of the other.
 * @throws `InvalidArgument` if the range is not `{ start, end? }` or `{ suffix }` with integers of at least 0, `InvalidRange` if it is empty.
 */
export function checkRange(range: unknown): RangeRequest {
  if (typeof range !== 'object' || range === null) throw malformed();
  const { start, end, suffix, ...unknown }: { start?: unknown; end?: unknown; suffix?: unknown } = range;
  if (Object.keys(unknown).length > 0) throw malformed();
  checkOffset('start', start);
  checkOffset('end', end);
  checkOffset('suffix', suffix);
  if (suffix !== undefined) {
    if (start !== undefined || end !== undefined) throw malformed();
    if (suffix === 0) throw invalidRange('the range is empty: `suffix` must be at least 1');
    return { suffix };
  }
  if (start === undefined) throw malformed();
  if (end === undefined) return { start };
  if (end <= start) throw invalidRange(`the range is empty: \`end\` must be greater than \`start\`, got ${start} to ${end}`);
  return { start, end };
}

/**
 * Resolves a range against the size of an object in bytes. Clamps `end` and `suffix` to the size. As on MinIO, a suffix of an empty object
 * is an empty range.
 *
 * @throws `InvalidRange` if `start` is not less than the size.
 */
export function resolveRange(range: RangeRequest, size: number): ResolvedRange {
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size, size };
  if (range.start >= size) throw invalidRange(`the range begins at byte ${range.start}, but the object has ${size} bytes`);
  return { start: range.start, end: Math.min(range.end ?? size, size), size };
}

function checkOffset(name: string, value: unknown): asserts value is number | undefined {
  if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0))
    throw invalidArgument(`\`range.${name}\` must be an integer of at least 0, not ${describeValue(value)}`);
}

function malformed(): StorageError {
  return invalidArgument('`range` must be `{ start, end? }` or `{ suffix }`');
}

function invalidRange(message: string): StorageError {
  return new StorageError({ code: 'InvalidRange', message });
}
