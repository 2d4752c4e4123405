import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { StorageError } from '../src/api/errors.js';

/** The `StorageError` that some work fails with. */
export async function failureOf(work: () => unknown): Promise<StorageError> {
  const error = await thrownBy(work);
  assert(error instanceof StorageError, `expected a StorageError, found ${inspect(error)}`);
  return error;
}

/** Whatever some work throws or rejects with. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    return error;
  }
  assert.fail(`expected a failure, found ${inspect(result)}`);
}

/** The code of the `StorageError` that some synchronous work throws; undefined when it throws none. */
export function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    assert(error instanceof StorageError, `expected a StorageError, found ${inspect(error)}`);
    return error.code;
  }
}
