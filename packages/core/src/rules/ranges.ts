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
 * Parses an HTTP `Range` header with one range.
 *
 * @throws `InvalidArgument` if the header is malformed, has another unit or several ranges; `InvalidRange` if the range is empty.
 */
export function parseRange(header: string): RangeRequest {
  const text = header.trim();
  if (/^bytes=.*,/i.test(text))
    throw invalidArgument(`\`range\` must contain one range, not ${describeValue(header)}; request several ranges one by one`);
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)$/i.exec(text) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === ''))
    throw invalidArgument(`\`range\` must be an HTTP range such as bytes=0-499, not ${describeValue(header)}`);
  if (first === '') return checkRange({ suffix: toOffset(last) });
  // The last byte of the header is included, `end` is not.
  return checkRange({ start: toOffset(first), end: last === '' ? undefined : toOffset(last, 1) });
}

/** Returns an offset of a header, plus a number. Offsets beyond all objects are reduced to the largest integer. */
function toOffset(digits: string, plus = 0): number {
  return Math.min(Number(digits) + plus, Number.MAX_SAFE_INTEGER);
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
