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
