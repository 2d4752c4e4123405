import type { ObjectInfo } from '@anybucket/core';
import { StorageError, partsOfSize, toObjectInfo } from '@anybucket/core/backend';
import type { ObjectPart, ObjectRecord } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { writeTime } from '../records/modification-times.js';
import { fromPartRuns } from '../records/part-runs.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { PooledFile } from '../system/pooled-file.js';
import { currentTarget, heal } from './heal.js';
import type { HealTarget, HealedLine } from './heal.js';

/** One version of an object: its body and the line of its record that describes it. */
export interface ObjectState {
  readonly body: LocatedBody;
  readonly line: RecordLine;
}

/** An operation is repeated so often when the object changes meanwhile. */
export const maxAttempts = 100;
/** A body is hashed so often when its file changes in place meanwhile. The last state is then the result, as of the moment when it was located. */
const maxHashes = 2;

/** An object is not hashed again after this time, in milliseconds, if it was replaced meanwhile. Hashing a large one takes long. */
const maxHealMs = 3000;
const minReplacements = 3;

/** Bounds how often an object is hashed that changes meanwhile, as one that another program appends to always does. */
export class HealAttempts {
  readonly #deadline = performance.now() + maxHealMs;
  #changes = 0;
  #replacements = 0;

  /**
   * Returns whether a line is to be used, or else the object is to be located again.
   * @throws `SlowDown` when the object has been replaced too often.
   */
  accepts({ state }: Pick<HealedLine, 'state'>): boolean {
    if (state === 'changed') this.#changes++;
    else if (state === 'replaced') this.#replacements++;
    if (this.#replacements >= minReplacements && performance.now() > this.#deadline) throw changesTooOften();
    return state === 'current' || this.#changes >= maxHashes;
  }
}

/** A body that was located, with the line that describes it. */
export interface LocatedObject {
  readonly body: LocatedBody;
  /** Undefined when the line must be created by healing. */
  readonly line: RecordLine | undefined;
  readonly target: () => HealTarget;
}

/** Locates an object: the current body of a key, or an older version. Called again when the object has changed. */
export type ObjectSource = (signal: AbortSignal | undefined) => Promise<LocatedObject | undefined>;

/** Returns the source of the current body of a key. */
export function currentObject(bucket: BucketDirectory, key: string): ObjectSource {
  return async (signal) => {
    const body = await bucket.findBody(key, signal);
    return body && { body, line: readLine(bucket, key, body), target: () => currentTarget(bucket, key, body) };
  };
}

/**
 * Reads the current version of an object, and heals its record if necessary.
 * @returns Undefined when there is no object.
 * @throws `SlowDown` when the object changes all the time.
 */
export async function readState(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<ObjectState | undefined> {
  return readObject(bucket, key, currentObject(bucket, key), signal);
}

/** Reads the state of an object, and heals its line if necessary. @throws `SlowDown` when the object changes all the time. */
export async function readObject(
  bucket: BucketDirectory,
  key: string,
  source: ObjectSource,
  signal: AbortSignal | undefined,
): Promise<ObjectState | undefined> {
  const attempts = new HealAttempts();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    signal?.throwIfAborted();
    const located = await source(signal);
    if (located === undefined) return undefined;
    const { body, line, target } = located;
    if (line !== undefined) return { body, line };
    const fd = bucket.open(body);
    if (fd === undefined) continue;
    const file = new PooledFile(bucket.root.calls, fd, () => bucket.open(body));
    const healed = await heal(bucket, key, body, file, target(), signal);
    if (attempts.accepts(healed)) return { body, line: healed.line };
  }
  throw changesTooOften();
}

/** Reads the line for a body from the record. @returns Undefined when the record has none. */
export function readLine(bucket: BucketDirectory, key: string, body: LocatedBody): RecordLine | undefined {
  return findLine(bucket.records.read(key, keyHash(key)), body.id);
}

/** Creates the error for an object that has changed in each attempt. */
export function changesTooOften(): StorageError {
  return new StorageError({ code: 'SlowDown', message: 'the object or its directory changed in each attempt' });
}

/** Converts the version of an object to its public form. */
export function infoOf(key: string, state: ObjectState): ObjectInfo {
  return toObjectInfo(key, recordOf(state));
}

/** Converts the version of an object to the record of which the public forms are made. */
export function recordOf({ body, line }: ObjectState): ObjectRecord {
  const { etag, modified, version: versionId, attributes, tags, checksum } = line;
  const modifiedMs = writeTime(body.mtimeMs, modified);
  return { size: body.size, etag, lastModified: modified * 1000, modifiedMs, attributes, tags, versionId, checksum };
}

/** Returns the parts of an object. Undefined if it is one part. */
export function partsOf({ body, line: { partSize, parts } }: ObjectState): readonly ObjectPart[] | undefined {
  if (parts !== undefined) return fromPartRuns(parts);
  return partSize === undefined ? undefined : partsOfSize(body.size, partSize);
}
