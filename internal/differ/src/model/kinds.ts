/** Tells a date whose year has four digits. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date && value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999;
}

/** Tells an object of named values from everything else, arrays and objects of classes too. */
export function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A whole number from `low` to `high`. */
export function isWhole(low: number, high = Number.MAX_SAFE_INTEGER): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

/** Text, perhaps empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Text of at least one character. */
export function isSomeText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** True or false. */
export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}
