import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { CommonPrefix, ObjectSummary } from '../api/object-info.js';
import { isStorageError, statusOf } from '../api/errors.js';
import type { StorageError, StorageErrorCode } from '../api/errors.js';

/** Expected fields of an error, besides its code. */
export interface ErrorFields {
  readonly operation?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly status?: number;
}

/** Asserts that a call fails with a `StorageError` that has this code, the status of the code, and these fields. Returns the error. */
export async function expectError(call: () => unknown, code: StorageErrorCode, fields: ErrorFields = {}): Promise<StorageError> {
  const error = await errorOf(call, code);
  assert.ok(isStorageError(error), `expected a StorageError with ${code}, got ${inspect(error)}`);
  assert.equal(error.code, code, `expected ${code}, got ${error.code}: ${error.message}`);
  const expected = { status: statusOf[code], ...fields };
  for (const name of ['operation', 'bucket', 'key', 'status'] as const) {
    if (expected[name] !== undefined) assert.equal(error[name], expected[name], `\`${name}\` of the error: ${error.message}`);
  }
  return error;
}

/** Asserts that a call fails with exactly this value, the reason of an aborted signal. */
export async function expectRejection(call: () => unknown, reason: unknown): Promise<void> {
  assert.equal(await errorOf(call, "the signal's reason"), reason);
}

async function errorOf(call: () => unknown, expected: string): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return assert.fail(`expected the call to fail with ${expected}, but it succeeded`);
}

/** Asserts that the bytes are equal. The message has an offset instead of megabytes of data. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.byteLength, expected.byteLength, 'the number of bytes');
  if (Buffer.compare(actual, expected) === 0) return;
  assert.fail(`the bytes differ from offset ${actual.findIndex((byte, index) => byte !== expected[index])}`);
}

/** Returns the keys of a listing, with `*` appended to common prefixes. Asserts that a common prefix has no other fields. */
export function entryKeys(entries: readonly (ObjectSummary | CommonPrefix)[]): string[] {
  return entries.map((entry) => {
    if (entry.isPrefix !== true) return entry.key;
    assert.deepEqual(Object.keys(entry).sort(), ['isPrefix', 'key']);
    return `${entry.key}*`;
  });
}

/** Asserts that a promise settles within a time. */
export async function withTimeout<T>(timeoutMs: number, work: Promise<T>, description: string): Promise<T> {
  const controller = new AbortController();
  const timeout = delay(timeoutMs, undefined, { signal: controller.signal }).then(
    () => assert.fail(`${description} took more than ${timeoutMs} ms`),
    (): never => undefined as never,
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    controller.abort();
  }
}

/** Waits up to a second for a condition that a backend may meet in the background. */
export async function waitUntil(condition: () => boolean, description: string): Promise<void> {
  for (let waitedMs = 0; !condition() && waitedMs < 1000; waitedMs += 10) await delay(10);
  assert.ok(condition(), description);
}

/** Collects the values of an async iterable. */
export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of iterable) values.push(value);
  return values;
}
