/**
 * Tells a plain object, of any realm, from everything else. A `Map`, a `Headers` or an array would pass for an object without
 * entries, or with other ones, and what it holds would be lost in silence.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
