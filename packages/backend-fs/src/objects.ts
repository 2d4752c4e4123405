import { EtagHasher, StorageError, contentTypeOf, defaultPartSize } from '@anybucket/core/backend';
import { BodyStream } from './body-stream.js';
import type { BucketFolder, Found } from './bucket-folder.js';
import { digestOf } from './key-paths.js';
import { findLine, linesOfSize } from './records.js';
import type { RecordLine } from './records.js';

/** An object as it is at one moment: its body, and what is known of it. */
export interface ObjectState {
  readonly found: Found;
  readonly line: RecordLine;
}

/** How old a state must be, in µs, before a line found out for it is written down: a change by hand within one tick of the clock has the same identity. */
const quietUs = 2_000_000;

/** Finds an object and what its record says of it; where the record says nothing, finds that out from the body. */
export async function readState(bucket: BucketFolder, key: string, signal: AbortSignal | undefined): Promise<ObjectState | undefined> {
  for (;;) {
    const found = await bucket.findSurely(key, signal);
    if (found === undefined) return undefined;
    const line = recordedLine(bucket, key, found) ?? (await healedLine(bucket, key, found, signal));
    if (line !== undefined) return { found, line };
  }
}

/** The same, sure that there is one. @throws `NoSuchKey`. */
export async function requireState(bucket: BucketFolder, key: string, signal: AbortSignal | undefined): Promise<ObjectState> {
  const state = await readState(bucket, key, signal);
  if (state === undefined) throw noSuchKey(bucket.name, key);
  return state;
}

/** What the record says of a body; undefined when it says nothing. */
export function recordedLine(bucket: BucketFolder, key: string, found: Found): RecordLine | undefined {
  return findLine(bucket.records.read(digestOf(key)), found.id);
}

export function noSuchKey(bucket: string, key: string): StorageError {
  return new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
}

/** Tells whether a state is so young that a change by hand might not show. */
export function isYoung(found: Found, step: number): boolean {
  return Math.abs(Date.now() - found.mtimeMs) * 1000 < quietUs + 2 * step;
}

/**
 * Finds out about a body that was put or changed by hand, or copied here with its record. A line about a body of the same size and ETag lends
 * its headers, metadata and tags. Without the lock: hashing takes its time.
 * @returns undefined when the object has changed meanwhile.
 */
async function healedLine(
  bucket: BucketFolder,
  key: string,
  found: Found,
  signal: AbortSignal | undefined,
): Promise<RecordLine | undefined> {
  const digest = digestOf(key);
  const candidates = linesOfSize(bucket.records.read(digest), found.size);
  const etags = await hashBody(bucket, found, [defaultPartSize, ...candidates.map(partSizeOf)], signal);
  if (etags === undefined) return undefined;
  const known = candidates.find((line) => etags(partSizeOf(line)) === line.etag);
  const line = known === undefined ? newLine(key, found, etags(defaultPartSize)) : { ...known, body: found.id };
  return bucket.locked(key, signal, () => {
    // Looked at again: a writer may have been here.
    if (bucket.find(key)?.id !== found.id) return undefined;
    if (!isYoung(found, bucket.root.step)) bucket.records.use(digest, (record) => bucket.records.append(key, record, line, found.id));
    return line;
  });
}

function newLine(key: string, { id, mtimeMs, size }: Found, etag = ''): RecordLine {
  const attributes = { contentType: contentTypeOf(key), metadata: {} };
  const partSize = size > defaultPartSize ? defaultPartSize : undefined;
  return { body: id, etag, modified: Math.max(0, Math.floor(mtimeMs / 1000)), attributes, tags: {}, partSize };
}

/** The ETag of a body by part size; several are made in one pass. */
type Etags = (partSize: number) => string | undefined;

async function hashBody(
  bucket: BucketFolder,
  found: Found,
  partSizes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Etags | undefined> {
  const fd = bucket.open(found);
  if (fd === undefined) return undefined;
  // A body of one part has one ETag, however large the part might be.
  const effective = (partSize: number): number => (partSize < found.size ? partSize : Infinity);
  const hashers = new Map(partSizes.map((partSize) => [effective(partSize), new EtagHasher(partSize)]));
  for await (const block of new BodyStream(bucket.root.calls, fd, 0, found.size)) {
    signal?.throwIfAborted();
    for (const hasher of hashers.values()) hasher.update(block);
  }
  const etags = new Map([...hashers].map(([partSize, hasher]) => [partSize, hasher.etag()]));
  return (partSize) => etags.get(effective(partSize));
}

/** What a line's ETag was made with: without parts it is the plain MD5. */
function partSizeOf({ partSize }: RecordLine): number {
  return partSize ?? Infinity;
}
