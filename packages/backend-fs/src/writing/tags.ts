import { setTimeout as sleep } from 'node:timers/promises';
import type { Tags } from '@anybucket/core';
import type { DriverCall, TagDriver } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { isRecentlyModified } from '../reading/heal.js';
import { changesTooOften, requireState } from '../reading/object-state.js';
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

  async getTags(bucket: string, key: string, { signal }: DriverCall): Promise<Record<string, string>> {
    const { line } = await requireState(await this.#open(bucket, 'read'), key, signal);
    return { ...line.tags };
  }

  async setTags(bucket: string, key: string, tags: Tags, { signal }: DriverCall): Promise<void> {
    await setObjectTags(await this.#open(bucket, 'write'), key, tags, signal);
  }

  /** Opens a bucket. Reading the object checks whether it exists. */
  async #open(name: string, access: Access): Promise<BucketDirectory> {
    if (shouldYield()) await yieldToEventLoop();
    return this.#openBucket(name, access);
  }
}

/**
 * Replaces an object's tags by appending another line for the same body. A body that was recently modified by hand has no saved line yet, so this
 * waits until one can be saved.
 * @throws `NoSuchBucket`, `NoSuchKey`, `Timeout`; `SlowDown` when the body changes all the time.
 */
async function setObjectTags(bucket: BucketDirectory, key: string, tags: Tags, signal: AbortSignal | undefined): Promise<void> {
  // Not the clock of the system, which may have stopped.
  const deadline = performance.now() + maxWaitMs;
  do {
    const { body, line: current } = await requireState(bucket, key, signal);
    const isOld = !isRecentlyModified(body, bucket.root.mtimeStepUs) || performance.now() > deadline;
    const done = await bucket.withLock(key, signal, () => {
      const located = bucket.locateBody(key);
      bucket.requireExisted();
      if (located?.id !== body.id) return false;
      return bucket.records.withRecord(key, keyHash(key), (record) => {
        const line = findLine(record.text, body.id) ?? (isOld ? current : undefined);
        if (line !== undefined) bucket.records.append(key, record, { ...line, tags }, body.id);
        return line !== undefined;
      });
    });
    if (done) return;
    if (!isOld) await sleep(retryDelayMs, undefined, { signal });
  } while (performance.now() < deadline + maxWaitMs);
  throw changesTooOften();
}
