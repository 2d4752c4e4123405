import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { CommonPrefix, ObjectSummary } from '../api/object-info.js';
import { isStorageError, statusOf } from '../api/errors.js';
import type { StorageError, StorageErrorCode } from '../api/errors.js';

/** What an error says besides its code. */
export interface ErrorFields {
  readonly operation?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly status?: number;
}

/** Asserts that a call fails with a `StorageError` of this code, of its status, and of these fields. Gives the error. */
export async function fails(attempt: () => unknown, code: StorageErrorCode, fields: ErrorFields = {}): Promise<StorageError> {
  const error = await failureOf(attempt, code);
  assert.ok(isStorageError(error), `expected a StorageError with ${code}, got ${inspect(error)}`);
  assert.equal(error.code, code, `expected ${code}, got ${error.code}: ${error.message}`);
  const expected = { status: statusOf[code], ...fields };
  for (const name of ['operation', 'bucket', 'key', 'status'] as const) {
    if (expected[name] !== undefined) assert.equal(error[name], expected[name], `\`${name}\` of the error ${error.message}`);
  }
  return error;
}

/** Asserts that a call fails with this very value. */
export async function failsWith(attempt: () => unknown, reason: unknown): Promise<void> {
  assert.equal(await failureOf(attempt, 'the given reason'), reason);
}

async function failureOf(attempt: () => unknown, expected: string): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return assert.fail(`expected the call to fail with ${expected}, but it succeeded`);
}

/** Asserts equal bytes, without printing megabytes when they aren't. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.byteLength, expected.byteLength, 'the number of bytes');
  if (Buffer.compare(actual, expected) === 0) return;
  assert.fail(`the bytes differ from offset ${actual.findIndex((byte, index) => byte !== expected[index])}`);
}

/** The keys of a listing; a folder is marked by a `*` behind it, and asserted to carry nothing else. */
export function listed(entries: readonly (ObjectSummary | CommonPrefix)[]): string[] {
  return entries.map((entry) => {
    if (entry.isPrefix !== true) return entry.key;
    assert.deepEqual(Object.keys(entry).sort(), ['isPrefix', 'key']);
    return `${entry.key}*`;
  });
}

/** Waits for a promise, but not for ever. */
export async function within<T>(milliseconds: number, work: Promise<T>, what: string): Promise<T> {
  const controller = new AbortController();
  const tooLate = delay(milliseconds, undefined, { signal: controller.signal }).then(
    () => assert.fail(`${what} took more than ${milliseconds} ms`),
    (): never => undefined as never,
  );
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    controller.abort();
  }
}

/** All that an iterable gives. */
export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}
