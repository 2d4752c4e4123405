import { anything } from '../model/reading.js';
import { SomeOf } from '../model/some-of.js';
import type { Verdict } from '../model/model.js';
import type { Outcome } from './outcome.js';
import type { WriteTimes } from './write-times.js';

/** Where an outcome departs from the verdict, as a path into it; undefined when it doesn't. */
export function departure(verdict: Verdict, outcome: Outcome, times: WriteTimes): string | undefined {
  if ('value' in verdict) {
    if (verdict.value === anything) return undefined;
    return 'value' in outcome ? difference(verdict.value, outcome.value, times, 'value') : 'outcome';
  }
  if ('aborted' in verdict) return 'aborted' in outcome ? undefined : 'outcome';
  if ('aborted' in outcome && verdict.orAborted === true) return undefined;
  if (!('error' in outcome)) return 'outcome';
  const told = outcome.error;
  const departures = verdict.faults.map((fault) => difference(fault, told, times, 'error'));
  return departures.includes(undefined) ? undefined : departures[0];
}

/** The path of the first place where two plain values differ. Dates are times of writes, by the model's clock and by the backend's. */
function difference(expected: unknown, actual: unknown, times: WriteTimes, path: string): string | undefined {
  if (expected instanceof SomeOf) {
    const entries: unknown = Array.isArray(actual) ? actual : (actual as { entries?: unknown } | undefined)?.entries;
    const same = (one: unknown, other: unknown) => difference(one, other, times, path) === undefined;
    return Array.isArray(entries) && expected.admits(entries, same) ? undefined : path;
  }
  if (expected instanceof Date) return actual instanceof Date && times.fits(expected, actual) ? undefined : path;
  if (expected instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(expected, actual) === 0 ? undefined : path;
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual) ? undefined : path;
  if (typeof actual !== 'object' || actual === null || actual instanceof Date || Array.isArray(expected) !== Array.isArray(actual))
    return path;
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inner = `${path}.${name}`;
    if (!Object.hasOwn(expected, name) || !Object.hasOwn(actual, name)) return inner;
    const found = difference((expected as Record<string, unknown>)[name], (actual as Record<string, unknown>)[name], times, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
