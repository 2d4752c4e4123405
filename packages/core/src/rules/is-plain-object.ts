/**
 * Returns whether a value is a plain object, from any realm. Rejects `Map`, `Headers` and arrays, whose `Object.entries` are not their
 * contents.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
