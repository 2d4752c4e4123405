import { resolveRange } from '@anybucket/core/backend';
import type { RangeRequest, ResolvedRange } from '@anybucket/core';

/** Ranges with a smaller gap are sent as one, because the headers of another part would take more bytes (RFC 9110, 15.3.7.2). */
const maxGapBytes = 80;

/**
 * Parses a `Range` header (RFC 9110, 14.1.2).
 *
 * @returns the ranges in the order of the header. Undefined if it is malformed, or has another unit: such a header is ignored (14.2).
 */
export function parseRanges(header: string): RangeRequest[] | undefined {
  const set = /^bytes=(.*)$/i.exec(header.trim())?.[1];
  if (set === undefined) return undefined;
  const ranges: RangeRequest[] = [];
  for (const member of set.split(',')) {
    const spec = member.trim();
    if (spec === '') continue;
    const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
    if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
    if (first === '') ranges.push({ suffix: toOffset(last) });
    else if (last === '') ranges.push({ start: toOffset(first) });
    else if (toOffset(last) < toOffset(first)) return undefined;
    // The last byte of the header is included, `end` is not.
    else ranges.push({ start: toOffset(first), end: toOffset(last) + 1 });
  }
  return ranges.length === 0 ? undefined : ranges;
}

/** Returns an offset. Offsets beyond all objects are reduced to the largest one whose successor is exact. */
function toOffset(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER - 1);
}

/** Joins ranges from a start that overlap or nearly touch. A suffix is joined once the size is known. */
export function coalesceRequests(ranges: readonly RangeRequest[]): RangeRequest[] {
  if (ranges.length === 1 || ranges.some((range) => 'suffix' in range)) return [...ranges];
  const spans = ranges.flatMap((range) => ('suffix' in range ? [] : [{ start: range.start, end: range.end ?? Infinity }]));
  return coalesce(spans).map(({ start, end }) => (end === Infinity ? { start } : { start, end }));
}

/** Returns the satisfiable ranges, resolved against the size of the object and joined. Empty if there are none. */
export function resolveRanges(ranges: readonly RangeRequest[], size: number): ResolvedRange[] {
  const satisfiable = ranges.filter((range) => ('suffix' in range ? range.suffix > 0 : range.start < size));
  return coalesce(satisfiable.map((range) => resolveRange(range, size)));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Joins spans. A joined span takes the position of its first member. */
function coalesce<S extends Span>(spans: readonly S[]): S[] {
  const sorted = spans.map((span, index) => ({ span, index })).sort((a, b) => a.span.start - b.span.start);
  const joined: { span: S; index: number }[] = [];
  for (const { span, index } of sorted) {
    const previous = joined.at(-1);
    if (previous === undefined || span.start > previous.span.end + maxGapBytes) {
      joined.push({ span, index });
    } else {
      previous.span = { ...previous.span, end: Math.max(previous.span.end, span.end) };
      previous.index = Math.min(previous.index, index);
    }
  }
  return joined.sort((a, b) => a.index - b.index).map(({ span }) => span);
}

/** Returns the value of a `Content-Range` header. */
export function contentRange({ start, end, size }: ResolvedRange): string {
  return `bytes ${start}-${end - 1}/${size}`;
}
