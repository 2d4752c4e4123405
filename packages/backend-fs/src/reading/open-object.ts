import { StorageError } from '@anybucket/core/backend';
import { BodyStream } from './body-stream.js';
import type { BucketFolder } from '../root/bucket-directory.js';
import type { FileCalls } from '../system/file-calls.js';
import { noSuchKey, readState, recordedLine } from './object-state.js';
import type { ObjectState } from './object-state.js';

/** An object whose body is open: the file stays what it is, whatever becomes of the object. */
export interface OpenObject extends ObjectState {
  readonly fd: number;
}

/** Up to this size, in bytes, a body is read at once. */
const smallBytes = 256 * 1024;

/** Opens an object. The receiver closes it. @throws `NoSuchKey`. */
export async function openObject(bucket: BucketFolder, key: string, signal: AbortSignal | undefined): Promise<OpenObject> {
  for (;;) {
    const found = await bucket.findSurely(key, signal);
    if (found === undefined) throw noSuchKey(bucket.name, key);
    const fd = bucket.open(found);
    if (fd === undefined) continue;
    try {
      const line = recordedLine(bucket, key, found);
      if (line !== undefined) return { found, line, fd };
      const state = await readState(bucket, key, signal);
      if (state?.found.id === found.id) return { ...state, fd };
    } catch (error) {
      bucket.root.calls.closeSync(fd);
      throw error;
    }
    bucket.root.calls.closeSync(fd);
  }
}

/** Reads a part of an open file and closes it: at once where it is small, otherwise as the receiver reads. */
export function readBody(calls: FileCalls, fd: number, start: number, end: number): Uint8Array | BodyStream {
  if (end - start > smallBytes) return new BodyStream(calls, fd, start, end);
  const bytes = Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  for (let count = -1; length < bytes.length && count !== 0; length += count)
    count = calls.readSync(fd, bytes, length, bytes.length - length, start + length);
  if (length < bytes.length)
    throw new StorageError({ code: 'IncompleteBody', message: 'the file was cut off while it was read', retryable: true });
  calls.closeSync(fd);
  return bytes;
}
