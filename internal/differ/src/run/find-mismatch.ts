import { PartialListing, unspecified } from '../model/expected-outcome.js';
import type { ExpectedOutcome } from '../model/expected-outcome.js';
import { SymbolicId } from '../model/symbolic-id.js';
import type { Outcome } from './execute-call.js';
import type { IdBindings } from './id-bindings.js';
import type { WriteTimes } from './write-times.js';

/** What is known about the values that one backend chooses. */
export interface KnownValues {
  readonly times: WriteTimes;
  readonly ids: IdBindings;
}

/** Returns the path of the first difference between the actual and the expected outcome; undefined when they match. */
export function findMismatch(expected: ExpectedOutcome, actual: Outcome, known: KnownValues): string | undefined {
  if ('value' in expected) {
    if (expected.value === unspecified) return undefined;
    return 'value' in actual ? findDifference(expected.value, actual.value, known, 'value') : 'outcome';
  }
  if ('aborted' in expected) return 'aborted' in actual ? undefined : 'outcome';
  if ('aborted' in actual && expected.mayAbort === true) return undefined;
  if (!('error' in actual)) return 'outcome';
  const { error } = actual;
  const mismatches = expected.errors.map((allowed) => findDifference(allowed, error, known, 'error'));
  return mismatches.includes(undefined) ? undefined : mismatches[0];
}

/** Returns the path of the first difference between two plain values. Dates are last-modified times, compared through `known`. */
function findDifference(expected: unknown, actual: unknown, known: KnownValues, path: string): string | undefined {
  if (expected instanceof PartialListing) {
    const entries: unknown = Array.isArray(actual) ? actual : (actual as { entries?: unknown } | undefined)?.entries;
    const isSame = (one: unknown, other: unknown) => findDifference(one, other, known, path) === undefined;
    return Array.isArray(entries) && expected.allows(entries, isSame) ? undefined : path;
  }
  if (expected instanceof SymbolicId) return known.ids.matches(expected, actual) ? undefined : path;
  if (expected instanceof Date) return actual instanceof Date && known.times.matches(expected, actual) ? undefined : path;
  if (expected instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(expected, actual) === 0 ? undefined : path;
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual) ? undefined : path;
  if (typeof actual !== 'object' || actual === null || actual instanceof Date || Array.isArray(expected) !== Array.isArray(actual))
    return path;
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inner = `${path}.${name}`;
    if (!Object.hasOwn(expected, name) || !Object.hasOwn(actual, name)) return inner;
    const found = findDifference((expected as Record<string, unknown>)[name], (actual as Record<string, unknown>)[name], known, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
