import { setTimeout as sleep } from 'node:timers/promises';
import type { Tags } from '@anybucket/core';
import type { DriverCall, TagDriver } from '@anybucket/core/backend';
import type { BucketFolder } from '../root/bucket-directory.js';
import { digestOf } from '../layout/key-paths.js';
import { isYoung, requireState } from '../reading/object-state.js';
import { findLine } from '../records/record-line.js';
import { isLongTurn, takeTurns } from '../system/event-loop.js';

/** How long to wait, in ms, before looking again whether a body that was changed by hand is old enough. */
const retryDelay = 100;

/** Reads and replaces tags, which are part of an object's record. */
export class FsTags implements TagDriver {
  readonly #folder: (bucket: string) => Promise<BucketFolder>;

  /** @param folder Returns the folder of a bucket below the open root. */
  constructor(folder: (bucket: string) => Promise<BucketFolder>) {
    this.#folder = folder;
  }

  async getTags(bucket: string, key: string, { signal }: DriverCall): Promise<Record<string, string>> {
    const { line } = await requireState(await this.#require(bucket), key, signal);
    return { ...line.tags };
  }

  async setTags(bucket: string, key: string, tags: Tags, { signal }: DriverCall): Promise<void> {
    await setObjectTags(await this.#require(bucket), key, tags, signal);
  }

  async #require(name: string): Promise<BucketFolder> {
    if (isLongTurn()) await takeTurns();
    const bucket = await this.#folder(name);
    bucket.require();
    return bucket;
  }
}

/**
 * Replaces an object's tags: another line about the same body.
 * A body that was put by hand a moment ago is given time first: until it is old enough, nothing about it can be written down.
 * @throws `NoSuchBucket`, `NoSuchKey`, `Timeout`.
 */
async function setObjectTags(bucket: BucketFolder, key: string, tags: Tags, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const { found } = await requireState(bucket, key, signal);
    const done = await bucket.locked(key, signal, () => {
      bucket.require();
      if (bucket.find(key)?.id !== found.id) return false;
      return bucket.records.use(digestOf(key), (record) => {
        const line = findLine(record.text, found.id);
        if (line !== undefined) bucket.records.append(key, record, { ...line, tags }, found.id);
        return line !== undefined;
      });
    });
    if (done) return;
    if (isYoung(found, bucket.root.step)) await sleep(retryDelay, undefined, { signal });
  }
}
