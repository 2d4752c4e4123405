import { setTimeout as sleep } from 'node:timers/promises';
import type { Tags } from '@anybucket/core';
import type { DriverCall, TagDriver, Versioned } from '@anybucket/core/backend';
import { parseVersionId } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { isRecentlyModified } from '../reading/heal.js';
import { changesTooOften } from '../reading/object-state.js';
import type { ObjectState } from '../reading/object-state.js';
import { readLog, requireObject } from '../reading/versions.js';
import { decodeVersion, encodeVersion } from '../records/history-log.js';
import { findLine } from '../records/record-line.js';
import type { Access, BucketDirectory, OpenBucket } from '../root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';

/** Delay before the age of a recently modified body is checked again. */
const retryDelayMs = 100;
/** A line can be saved by then, unless the body changes all the time. */
const maxWaitMs = 7000;

/** Reads and replaces tags, which are part of an object's record. */
export class FsTags implements TagDriver {
  readonly #openBucket: OpenBucket;

  constructor(openBucket: OpenBucket) {
    this.#openBucket = openBucket;
  }

  async getTags(bucket: string, key: string, { versionId, signal }: DriverCall & Versioned): Promise<Record<string, string>> {
    if (versionId !== undefined) parseVersionId(versionId);
    const { line } = await requireObject(await this.#open(bucket, 'read'), key, versionId, signal);
    return { ...line.tags };
  }

  async setTags(bucket: string, key: string, tags: Tags, { versionId, signal }: DriverCall & Versioned): Promise<void> {
    if (versionId !== undefined) parseVersionId(versionId);
    await setObjectTags(await this.#open(bucket, 'write'), key, { versionId, tags, signal });
  }

  /** Opens a bucket. Reading the object checks whether it exists. */
  async #open(name: string, access: Access): Promise<BucketDirectory> {
    if (shouldYield()) await yieldToEventLoop();
    return this.#openBucket(name, access);
  }
}

/** The tags to be set. */
interface TagChange extends DriverCall, Versioned {
  readonly tags: Tags;
}

/**
 * Replaces an object's tags by appending another line for the same body. A body that was recently modified by hand has no saved line yet, so this
 * waits until one can be saved.
 * @throws `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, `Timeout`; `SlowDown` when the body changes all the time.
 */
async function setObjectTags(bucket: BucketDirectory, key: string, { versionId, tags, signal }: TagChange): Promise<void> {
  // Not the clock of the system, which may have stopped.
  const deadline = performance.now() + maxWaitMs;
  do {
    const { body, line: current } = await requireObject(bucket, key, versionId, signal);
    const isOld = !isRecentlyModified(body, bucket.root.mtimeStepUs) || performance.now() > deadline;
    const done = await bucket.withLock(key, signal, () => {
      const located = bucket.locateBody(key);
      bucket.requireExisted();
      if (located?.id !== body.id) return setOlderTags(bucket, key, { body, line: current }, tags);
      return bucket.records.withRecord(key, keyHash(key), (record) => {
        const line = findLine(record.text, body.id) ?? (isOld ? current : undefined);
        if (line === undefined || (versionId !== undefined && line.version !== current.version)) return false;
        bucket.records.append(key, record, { ...line, tags }, body.id);
        return true;
      });
    });
    if (done) return;
    if (!isOld) await sleep(retryDelayMs, undefined, { signal });
  } while (performance.now() < deadline + maxWaitMs);
  throw changesTooOften();
}

/** Replaces the tags of an older version. @returns False when it is not, or no longer, an older version. */
function setOlderTags(bucket: BucketDirectory, key: string, { body, line }: ObjectState, tags: Tags): boolean {
  if (line.seq === undefined || bucket.locateOlder(key, line.seq)?.id !== body.id) return false;
  const entry = readLog(bucket, key).find(line.seq);
  if (entry === undefined || entry.versionId !== line.version) return false;
  const saved = decodeVersion(entry);
  bucket.histories.append(key, keyHash(key), encodeVersion({ ...(saved?.body === body.id ? saved : line), tags }));
  return true;
}
