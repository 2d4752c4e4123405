import { isStorageError } from '@anybucket/core';
import type { StorageError } from '@anybucket/core';
import { expect } from 'vitest';

/** Returns the error of a call, which must be a `StorageError`, with `code` if given. */
export async function failure(call: Promise<unknown>, code?: string): Promise<StorageError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw error;
  if (code !== undefined) expect(error).toMatchObject({ code });
  return error;
}

/** Returns what a function throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Yields bytes in chunks of a size. */
export async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}
