import { StorageError } from '@anybucket/core/backend';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { PooledFile } from '../system/pooled-file.js';
import { BodyStream } from './body-stream.js';
import { heal } from './heal.js';
import { HealAttempts, changesTooOften, maxAttempts } from './object-state.js';
import type { ObjectSource, ObjectState } from './object-state.js';
import { missingObject } from './versions.js';

/** An object whose body is open. The open file does not change when the object is overwritten or deleted. */
export interface OpenObject extends ObjectState {
  readonly fd: number;
}

/** Bodies up to this size are read with one synchronous call. */
const maxSyncBytes = 256 * 1024;

/**
 * Opens an object, and runs an action that reads its body or passes the file to a pool. It is synchronous, since many objects may be opened at once.
 * @param source Locates the object ({@link objectSource}).
 * @param action Must close `fd`, also when it throws.
 * @throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`; `SlowDown` when the object changes all the time.
 */
export async function openObject<T>(
  bucket: BucketDirectory,
  key: string,
  source: ObjectSource,
  signal: AbortSignal | undefined,
  action: (object: OpenObject) => T,
): Promise<T> {
  const { calls } = bucket.root;
  const attempts = new HealAttempts();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    signal?.throwIfAborted();
    const located = await source(signal);
    if (located === undefined) throw await missingObject(bucket, key, signal);
    const { body, line, target } = located;
    const fd = bucket.open(body);
    if (fd === undefined) continue;
    if (line !== undefined) return action({ body, line, fd });
    const healTarget = closeOnError(bucket, fd, target);
    const healed = await heal(bucket, key, body, new PooledFile(calls, fd, () => bucket.open(body)), healTarget, signal);
    if (!attempts.accepts(healed)) continue;
    const reopened = bucket.open(body, healed.state === 'changed');
    if (reopened !== undefined) return action({ body, line: healed.line, fd: reopened });
  }
  throw changesTooOften();
}

/** Runs an action with an open file, and closes the file when it throws. */
export function closeOnError<T>({ root }: BucketDirectory, fd: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    root.calls.closeSync(fd);
    throw error;
  }
}

/**
 * Reads a range of an open object, and closes its file. Returns the bytes of a small range, and a stream for a large one.
 * @param end Exclusive.
 */
export function readBody(bucket: BucketDirectory, { fd, body }: OpenObject, start: number, end: number): Uint8Array | BodyStream {
  const { calls } = bucket.root;
  if (end - start > maxSyncBytes) return new BodyStream(calls, new PooledFile(calls, fd, () => bucket.open(body)), start, end);
  const bytes = Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  for (let count = -1; length < bytes.length && count !== 0; length += count)
    count = calls.readSync(fd, bytes, length, bytes.length - length, start + length);
  if (length < bytes.length)
    throw new StorageError({ code: 'IncompleteBody', message: 'the file was truncated while it was read', retryable: true });
  calls.closeSync(fd);
  return bytes;
}
