/** A time in whole seconds, the precision of an S3 header. */
export function wholeSeconds(time: Date | number): Date {
  return new Date(Math.floor(Number(time) / 1000) * 1000);
}

/** Tells a valid `Date` from everything else. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
