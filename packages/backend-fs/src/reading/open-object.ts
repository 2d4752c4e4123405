import { StorageError } from '@anybucket/core/backend';
import type { BucketDirectory } from '../root/bucket-directory.js';
import type { FileCalls } from '../system/file-calls.js';
import { BodyStream } from './body-stream.js';
import { noSuchKey, readLine, readState } from './object-state.js';
import type { ObjectState } from './object-state.js';

/** An object whose body is open. The open file does not change when the object is overwritten or deleted. */
export interface OpenObject extends ObjectState {
  readonly fd: number;
}

/** Bodies up to this size are read with one synchronous call. */
const maxSyncBytes = 256 * 1024;

/** Opens an object. The caller must close `fd`. @throws `NoSuchKey`. */
export async function openObject(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<OpenObject> {
  for (;;) {
    const body = await bucket.findBody(key, signal);
    if (body === undefined) throw noSuchKey(bucket.name, key);
    const fd = bucket.open(body);
    if (fd === undefined) continue;
    try {
      const line = readLine(bucket, key, body);
      if (line !== undefined) return { body, line, fd };
      const state = await readState(bucket, key, signal);
      if (state?.body.id === body.id) return { ...state, fd };
    } catch (error) {
      bucket.root.calls.closeSync(fd);
      throw error;
    }
    bucket.root.calls.closeSync(fd);
  }
}

/**
 * Reads a range of an open file, and closes the file. Returns the bytes of a small range, and a stream for a large one.
 * @param end Exclusive.
 */
export function readBody(calls: FileCalls, fd: number, start: number, end: number): Uint8Array | BodyStream {
  if (end - start > maxSyncBytes) return new BodyStream(calls, fd, start, end);
  const bytes = Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  for (let count = -1; length < bytes.length && count !== 0; length += count)
    count = calls.readSync(fd, bytes, length, bytes.length - length, start + length);
  if (length < bytes.length)
    throw new StorageError({ code: 'IncompleteBody', message: 'the file was truncated while it was read', retryable: true });
  calls.closeSync(fd);
  return bytes;
}
