import type { ObjectInfo } from '@anybucket/core';
import { StorageError, toObjectInfo } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { heal } from './heal.js';

/** One version of an object: its body and the line of its record that describes it. */
export interface ObjectState {
  readonly body: LocatedBody;
  readonly line: RecordLine;
}

/** Reads the current version of an object, and heals its record if necessary. @returns Undefined when there is no object. */
export async function readState(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<ObjectState | undefined> {
  for (;;) {
    const body = await bucket.findBody(key, signal);
    if (body === undefined) return undefined;
    const line = readLine(bucket, key, body) ?? (await heal(bucket, key, body, signal));
    if (line !== undefined) return { body, line };
  }
}

/** Reads the current version of an object. @throws `NoSuchKey`. */
export async function requireState(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<ObjectState> {
  const state = await readState(bucket, key, signal);
  if (state === undefined) throw noSuchKey(bucket.name, key);
  return state;
}

/** Reads the line for a body from the record. @returns Undefined when the record has none. */
export function readLine(bucket: BucketDirectory, key: string, body: LocatedBody): RecordLine | undefined {
  return findLine(bucket.records.read(keyHash(key)), body.id);
}

export function noSuchKey(bucket: string, key: string): StorageError {
  return new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
}

/** Converts the version of an object to its public form. */
export function infoOf(key: string, { body, line }: ObjectState): ObjectInfo {
  const { etag, modified, attributes, tags } = line;
  return toObjectInfo(key, { size: body.size, etag, lastModified: modified * 1000, attributes, tags });
}
