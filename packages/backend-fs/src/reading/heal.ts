import { EtagHasher, contentTypeOf, defaultPartSize } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { findLinesOfSize } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { BodyStream } from './body-stream.js';

/** The age, in microseconds, from which a line may be saved. A manual edit within one clock tick would leave the `bodyId` as it is. */
const minAgeUs = 2_000_000;

/** Returns whether a body was modified so recently that another manual edit might not change its `bodyId`. */
export function isRecentlyModified({ mtimeMs }: LocatedBody, mtimeStepUs: number): boolean {
  return Math.abs(Date.now() - mtimeMs) * 1000 < minAgeUs + 2 * mtimeStepUs;
}

/**
 * Creates the missing line for a body that was added, changed or copied by hand. Headers, metadata and tags are taken from a line with the same size
 * and ETag, if there is one. The body is hashed without the lock, as that takes time.
 * @returns Undefined when the body has been replaced or removed meanwhile.
 */
export async function heal(
  bucket: BucketDirectory,
  key: string,
  body: LocatedBody,
  signal: AbortSignal | undefined,
): Promise<RecordLine | undefined> {
  const hash = keyHash(key);
  const candidates = findLinesOfSize(bucket.records.read(hash), body.size);
  const etags = await hashBody(bucket, body, [defaultPartSize, ...candidates.map(partSizeOf)], signal);
  if (etags === undefined) return undefined;
  const match = candidates.find((line) => etags(partSizeOf(line)) === line.etag);
  const line = match === undefined ? createLine(key, body, etags(defaultPartSize)) : { ...match, body: body.id };
  return bucket.withLock(key, signal, () => {
    if (bucket.locateBody(key)?.id !== body.id) return undefined;
    if (!isRecentlyModified(body, bucket.root.mtimeStepUs))
      bucket.records.withRecord(hash, (record) => bucket.records.append(key, record, line, body.id));
    return line;
  });
}

function createLine(key: string, { id, mtimeMs, size }: LocatedBody, etag = ''): RecordLine {
  const attributes = { contentType: contentTypeOf(key), metadata: {} };
  const partSize = size > defaultPartSize ? defaultPartSize : undefined;
  return { body: id, etag, modified: Math.max(0, Math.floor(mtimeMs / 1000)), attributes, tags: {}, partSize };
}

/** The ETags of one body by part size. */
type Etags = (partSize: number) => string | undefined;

/** Computes the ETags for several part sizes in one pass. @returns Undefined when the body has been replaced or removed. */
async function hashBody(
  bucket: BucketDirectory,
  body: LocatedBody,
  partSizes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Etags | undefined> {
  const fd = bucket.open(body);
  if (fd === undefined) return undefined;
  // All part sizes of at least the size of the body result in the same ETag.
  const effective = (partSize: number): number => (partSize < body.size ? partSize : Infinity);
  const hashers = new Map(partSizes.map((partSize) => [effective(partSize), new EtagHasher(partSize)]));
  for await (const block of new BodyStream(bucket.root.calls, fd, 0, body.size)) {
    signal?.throwIfAborted();
    for (const hasher of hashers.values()) hasher.update(block);
  }
  const etags = new Map([...hashers].map(([partSize, hasher]) => [partSize, hasher.etag()]));
  return (partSize) => etags.get(effective(partSize));
}

function partSizeOf({ partSize }: RecordLine): number {
  return partSize ?? Infinity;
}
