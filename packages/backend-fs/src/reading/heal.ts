import { EtagHasher, StorageError, contentTypeOf, defaultPartSize } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { fromPartRuns } from '../records/part-runs.js';
import type { PartRuns } from '../records/part-runs.js';
import { findLastLine, findLinesOfSize, maxTimestamp } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { isNotWritable, isOutOfDescriptors } from '../system/errno.js';
import type { PooledFile } from '../system/pooled-file.js';
import { BodyStream } from './body-stream.js';
import { PartsHasher } from './parts-hasher.js';

/** The age, in microseconds, from which a line may be saved. A manual edit within one clock tick would leave the `bodyId` as it is. */
const minAgeUs = 2_000_000;
/** A body is hashed for at most so many layouts. A record that is not damaged has hardly more than one. */
const maxLayouts = 8;

/** Returns whether a body was modified so recently that another manual edit might not change its `bodyId`. */
export function isRecentlyModified({ mtimeMs }: LocatedBody, mtimeStepUs: number): boolean {
  return Math.abs(Date.now() - mtimeMs) * 1000 < minAgeUs + 2 * mtimeStepUs;
}

/** The line of a body that was added, changed or copied by hand. */
export interface HealedLine {
  readonly line: RecordLine;
  /**
   * `current`: the body is that of the object. `changed`: the file has been changed in place, as by a program that appends to it. The line
   * describes its first bytes. `replaced`: the object has been overwritten or deleted.
   */
  readonly state: 'current' | 'changed' | 'replaced';
}

/** What the missing line of a body is created from, and where it is saved. */
export interface HealTarget {
  /** The lines that may describe the body, newest first. */
  readonly candidates: readonly RecordLine[];
  /**
   * Returns the version that the body is, given the candidate that describes it.
   * @throws `NoSuchVersion` for an older version without one.
   */
  versionOf(match: RecordLine | undefined): Pick<RecordLine, 'version' | 'seq'>;
  /** Locates the body again. Called under the lock. */
  locate(): LocatedBody | undefined;
  /** Saves the line. Called under the lock. */
  save(line: RecordLine): void;
}

/** Returns the target of the current body of a key. */
export function currentTarget(bucket: BucketDirectory, key: string, { size }: LocatedBody): HealTarget {
  const record = bucket.records.read(key, keyHash(key));
  return {
    candidates: findLinesOfSize(record, size),
    versionOf(match) {
      // A former content that was written by hand is not the former version, which may still exist.
      const last = findLastLine(record);
      return match !== undefined && match.body === last?.body ? { version: last.version, seq: last.seq } : {};
    },
    locate: () => bucket.locateBody(key),
    save: (line) => bucket.records.withRecord(key, keyHash(key), (open) => bucket.records.append(key, open, line, line.body)),
  };
}

/**
 * Creates the missing line for a body that was added, changed or copied by hand. Headers, metadata and tags are taken from a line with the same size
 * and ETag, if there is one. The body is hashed without the lock, as that takes time. A line that cannot be saved is created again next time.
 * @param file The open body; it is closed.
 */
export async function heal(
  bucket: BucketDirectory,
  key: string,
  body: LocatedBody,
  file: PooledFile,
  target: HealTarget,
  signal: AbortSignal | undefined,
): Promise<HealedLine> {
  const { candidates } = target;
  const etags = await hashBody(bucket, body, file, [defaultPartSize, ...candidates.map(layoutOf)], signal);
  const match = candidates.find((line) => etags(layoutOf(line)) === line.etag);
  const { version, seq } = target.versionOf(match);
  const line = { ...(match ?? createLine(key, body, etags(defaultPartSize))), body: body.id, version, seq };
  const state = await bucket.withLockIfWritable(key, signal, () => {
    const current = target.locate();
    if (current?.id !== body.id) return current?.path === body.path && current.ino === body.ino ? 'changed' : 'replaced';
    if (!isRecentlyModified(body, bucket.root.mtimeStepUs)) save(bucket, target, line);
    return 'current';
  });
  return { line, state };
}

/** Saves a line, unless that is impossible at present: reading does not depend on it. */
function save(bucket: BucketDirectory, target: HealTarget, line: RecordLine): void {
  if (bucket.root.isReadOnly) return;
  try {
    target.save(line);
  } catch (error) {
    if (!isNotWritable(error) && !isOutOfDescriptors(error) && !(error instanceof StorageError)) throw error;
  }
}

function createLine(key: string, { id, mtimeMs, size }: LocatedBody, etag = ''): RecordLine {
  const attributes = { contentType: contentTypeOf(key), metadata: {} };
  const partSize = size > defaultPartSize ? defaultPartSize : undefined;
  return { body: id, etag, modified: clampTimestamp(mtimeMs / 1000), attributes, tags: {}, partSize };
}

/** How a body is divided into parts: their size in bytes, or the parts themselves. */
type PartLayout = number | PartRuns;

/** The ETags of one body by layout. */
type Etags = (layout: PartLayout) => string | undefined;

/** Returns a time in whole seconds that a record may contain. */
export function clampTimestamp(seconds: number): number {
  return Math.min(maxTimestamp, Math.max(0, Math.floor(seconds) || 0));
}

/** Computes the ETags for several layouts in one pass. */
async function hashBody(
  bucket: BucketDirectory,
  body: LocatedBody,
  file: PooledFile,
  layouts: readonly PartLayout[],
  signal: AbortSignal | undefined,
): Promise<Etags> {
  // All part sizes of at least the size of the body result in the same ETag.
  const idOf = (layout: PartLayout): string => (typeof layout === 'number' && layout >= body.size ? 'one part' : String(layout));
  const hashers = new Map<string, Pick<EtagHasher, 'update' | 'etag'>>();
  for (const layout of layouts) {
    if (hashers.size < maxLayouts && !hashers.has(idOf(layout))) hashers.set(idOf(layout), createHasher(layout));
  }
  for await (const block of new BodyStream(bucket.root.calls, file, 0, body.size)) {
    signal?.throwIfAborted();
    for (const hasher of hashers.values()) hasher.update(block);
  }
  const etags = new Map([...hashers].map(([id, hasher]) => [id, hasher.etag()]));
  return (layout) => etags.get(idOf(layout));
}

function createHasher(layout: PartLayout): Pick<EtagHasher, 'update' | 'etag'> {
  return typeof layout === 'number' ? new EtagHasher(layout) : new PartsHasher(fromPartRuns(layout).map(({ size }) => size));
}

function layoutOf({ partSize, parts }: RecordLine): PartLayout {
  return parts ?? partSize ?? Infinity;
}
