import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { StorageError } from '../src/api/errors.js';

/** Returns the `StorageError` that a call throws or rejects with. Fails if it succeeds or throws another error. */
export async function failureOf(call: () => unknown): Promise<StorageError> {
  const error = await thrownBy(call);
  assert(error instanceof StorageError, `expected a StorageError, got ${inspect(error)}`);
  return error;
}

/** Returns the value that a call throws or rejects with. Fails if it succeeds. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    return error;
  }
  assert.fail(`expected a failure, got ${inspect(result)}`);
}

/** Returns the code of the `StorageError` that a synchronous call throws; undefined if it succeeds. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    assert(error instanceof StorageError, `expected a StorageError, got ${inspect(error)}`);
    return error.code;
  }
}
