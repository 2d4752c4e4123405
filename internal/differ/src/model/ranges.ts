import { isObject, isWhole } from './kinds.js';
import { refuse } from './refusal.js';

/** A part of a body, and the size of all of it. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

const isCount = isWhole(0);

/** What is wrong with a range before any object is looked at. */
export function rangeCodes(range: unknown): string[] {
  if (range === undefined) return [];
  if (!isObject(range)) return ['InvalidArgument'];
  const { start, end, suffix } = range;
  const known = Object.keys(range).every((name) => ['start', 'end', 'suffix'].includes(name));
  if (!known || ![start, end, suffix].every((count) => count === undefined || isCount(count))) return ['InvalidArgument'];
  if (suffix !== undefined) return start !== undefined || end !== undefined ? ['InvalidArgument'] : suffix === 0 ? ['InvalidRange'] : [];
  if (start === undefined) return ['InvalidArgument'];
  return end !== undefined && Number(end) <= Number(start) ? ['InvalidRange'] : [];
}

/** The part of a body that a range stands for. */
export function partOf(range: unknown, size: number): Part {
  const { start, end, suffix } = range as { start?: number; end?: number; suffix?: number };
  if (suffix !== undefined) return { start: size - Math.min(suffix, size), end: size, size };
  if (start === undefined || start >= size) refuse('InvalidRange');
  return { start, end: end === undefined || end > size ? size : end, size };
}
