/** Returns whether a value is a valid date with a year of four digits. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date && value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999;
}

/** Returns a predicate for integers from `min` to `max`. */
export function isIntegerBetween(min: number, max = Number.MAX_SAFE_INTEGER): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}
