import { AssertionError } from 'node:assert';
import { types } from 'node:util';
import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { checkFields, requireBoolean, requireCount } from '../field-checks.js';
import { operationNames, requestNames } from '../requests/operations.js';
import type { CallLog } from './call-log.js';
import type { CallPattern, CallRecord } from './call-record.js';

/** A datastore with a log, as returned by `withLog`, whatever wraps it. */
export interface Logged {
  readonly calls: CallLog;
}

/** Options of {@link expectCalls}. */
export interface ExpectCallsOptions {
  /** Whether other calls may come before, between and after the expected ones. @defaultValue false */
  readonly partial?: boolean | undefined;
  /** Whether the calls may come in any order. @defaultValue false */
  readonly anyOrder?: boolean | undefined;
}

/**
 * Verifies that a datastore received these calls, in this order, and no others.
 *
 * @param expected the fields of each call to be compared; an operation is short for `{ operation }`.
 * @throws `AssertionError` with the calls that were received; `InvalidArgument` for an unknown field or operation.
 */
export function expectCalls(
  store: Logged,
  expected: readonly (CallPattern | CallRecord['operation'])[],
  options: ExpectCallsOptions = {},
): void {
  checkFields<ExpectCallsOptions>('the options of `expectCalls`', options, { partial: requireBoolean, anyOrder: requireBoolean });
  const patterns = expected.map((pattern) => toPattern(pattern));
  const { partial = false, anyOrder = false } = options;
  const calls = store.calls.all();
  const missing = anyOrder ? withoutPartners(patterns, calls) : firstMissing(patterns, calls, partial);
  if (missing !== undefined) fail(`expected a call ${describePattern(missing)}`, expectedLines(patterns), calls);
  if (!partial && calls.length > patterns.length)
    fail(`expected ${countOf(patterns.length, 'call')}, got ${calls.length}`, expectedLines(patterns), calls);
}

/** Verifies that calls come in this order, whatever comes before, between and after. @throws `AssertionError`, `InvalidArgument` */
export function expectInOrder(store: Logged, expected: readonly (CallPattern | CallRecord['operation'])[]): void {
  expectCalls(store, expected, { partial: true });
}

/** Verifies that at most `max` calls match. @throws `AssertionError`, `InvalidArgument` */
export function expectAtMost(store: Logged, max: number, pattern: CallPattern | CallRecord['operation'] = {}): void {
  requireCount(0)(max, '`max`');
  const valid = toPattern(pattern);
  const calls = store.calls.all();
  const found = calls.filter((call) => matchesCall(valid, call));
  if (found.length > max) fail(`expected at most ${countOf(max, 'call')} ${describePattern(valid)}, got ${found.length}`, [], found);
}

/** Verifies that no call matches. @throws `AssertionError`, `InvalidArgument` */
export function expectNever(store: Logged, pattern: CallPattern | CallRecord['operation'] = {}): void {
  const valid = toPattern(pattern);
  const found = store.calls.all().filter((call) => matchesCall(valid, call));
  if (found.length > 0) fail(`expected no call ${describePattern(valid)}, got ${found.length}`, [], found);
}

function firstMissing(patterns: readonly CallPattern[], calls: readonly CallRecord[], partial: boolean): CallPattern | undefined {
  let position = 0;
  for (const pattern of patterns) {
    const index = partial ? calls.findIndex((call, i) => i >= position && matchesCall(pattern, call)) : position;
    const call = calls[index];
    if (call === undefined || !matchesCall(pattern, call)) return pattern;
    position = index + 1;
  }
  return undefined;
}

/** Returns a pattern for which no call is left, if each call is used once; undefined if there is a call for each. */
function withoutPartners(patterns: readonly CallPattern[], calls: readonly CallRecord[]): CallPattern | undefined {
  const patternOf = new Map<number, number>();
  // Augmenting paths: a call that two patterns match goes to the one that has no other.
  const assign = (pattern: number, visited: Set<number>): boolean =>
    calls.some((call, index) => {
      if (visited.has(index) || !matchesCall(patterns[pattern] ?? {}, call)) return false;
      visited.add(index);
      const other = patternOf.get(index);
      if (other !== undefined && !assign(other, visited)) return false;
      patternOf.set(index, pattern);
      return true;
    });
  return patterns.find((_, pattern) => !assign(pattern, new Set()));
}

function matchesCall(pattern: CallPattern, call: CallRecord): boolean {
  return Object.entries(pattern).every(([name, expected]: [string, unknown]) => {
    const actual = (call as unknown as Readonly<Record<string, unknown>>)[name];
    if (expected === undefined) return true;
    return types.isRegExp(expected) ? typeof actual === 'string' && actual.search(expected) >= 0 : actual === expected;
  });
}

const accept = (): void => {};
const checks = {
  operation: requireKnown(operationNames),
  request: requireKnown(requestNames),
  bucket: accept,
  key: accept,
  bytes: accept,
  outcome: accept,
};

function toPattern(pattern: unknown): CallPattern {
  const fields = typeof pattern === 'string' ? { operation: pattern } : pattern;
  checkFields<CallPattern>('a call', fields, checks);
  return fields;
}

function requireKnown(known: readonly unknown[]): (value: unknown, name: string) => void {
  return (value, name) => {
    if (!types.isRegExp(value) && !known.includes(value))
      throw invalidArgument(`${name} is unknown: ${describeValue(value)}; expected one of ${known.join(', ')}`);
  };
}

function fail(problem: string, expected: readonly string[], calls: readonly CallRecord[]): never {
  const received = calls.length === 0 ? ['  (none)'] : calls.map((call, index) => `  ${index + 1}. ${describeCall(call)}`);
  const message = [problem, ...(expected.length === 0 ? [] : ['', 'Expected:', ...expected]), '', 'Received:', ...received].join('\n');
  throw new AssertionError({ message, stackStartFn: fail });
}

function expectedLines(patterns: readonly CallPattern[]): string[] {
  return patterns.length === 0 ? ['  (none)'] : patterns.map((pattern, index) => `  ${index + 1}. ${describePattern(pattern)}`);
}

function describePattern(pattern: CallPattern): string {
  const fields = Object.entries(pattern).filter(([, value]) => value !== undefined);
  return fields.length === 0 ? '{}' : `{ ${fields.map(([name, value]: [string, unknown]) => `${name}: ${show(value)}`).join(', ')} }`;
}

function describeCall({ operation, request, bucket, key, keys, bytes, outcome }: CallRecord): string {
  const target = bucket === undefined ? '' : ` ${bucket}${key === undefined ? '' : `/${key}`}`;
  const targets = keys === undefined ? '' : ` ${countOf(keys.length, 'key')}`;
  return `${operation}${target}${targets} (${request}): ${bytes} B, ${outcome}`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
