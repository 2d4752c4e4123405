import { types } from 'node:util';

/** Returns a time in whole seconds, the precision of HTTP dates. Fractions are dropped. */
export function truncateToSeconds(time: Date | number): Date {
  return new Date(Math.floor(Number(time) / 1000) * 1000);
}

/** Returns whether a value is a `Date` that an HTTP header can represent: valid, with a year of four digits. */
export function isHttpDate(value: unknown): value is Date {
  if (!types.isDate(value)) return false;
  const year = value.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

const cache = new Map<number, string>();
const maxCachedDates = 64;

/** Returns a date as an HTTP header. `toUTCString` takes longer than the rest of a small response, and few seconds occur at a time. */
export function toHttpDate(date: Date): string {
  const seconds = Math.floor(date.getTime() / 1000);
  const cached = cache.get(seconds);
  if (cached !== undefined) return cached;
  if (cache.size >= maxCachedDates) cache.clear();
  const text = date.toUTCString();
  cache.set(seconds, text);
  return text;
}
