/** A time in whole seconds, the precision of an S3 header. */
export function truncateToSeconds(time: Date | number): Date {
  return new Date(Math.floor(Number(time) / 1000) * 1000);
}

/** Tells a `Date` that an HTTP header can carry, whose year has four digits, from everything else. */
export function isDate(value: unknown): value is Date {
  if (!(value instanceof Date)) return false;
  const year = value.getUTCFullYear();
  return year >= 0 && year <= 9999;
}
