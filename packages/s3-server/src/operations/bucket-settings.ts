import type { Tags } from '@anybucket/core';

interface Settings {
  readonly createdAt: Date;
  readonly tags: Tags | undefined;
}

/**
 * What S3 stores for a bucket and a datastore does not: the time of its creation, and its tags. Kept in memory while the server runs.
 * Buckets that existed before have the time at which the server was started.
 */
export class BucketSettings {
  readonly #startedAt = new Date();
  readonly #settings = new Map<string, Settings>();

  createdAt(bucket: string): Date {
    return this.#settings.get(bucket)?.createdAt ?? this.#startedAt;
  }

  /** Returns undefined if the bucket has no tags. */
  tags(bucket: string): Tags | undefined {
    return this.#settings.get(bucket)?.tags;
  }

  /** Sets the tags; undefined removes them. */
  setTags(bucket: string, tags: Tags | undefined): void {
    this.#settings.set(bucket, { createdAt: this.createdAt(bucket), tags });
  }

  addBucket(bucket: string): void {
    this.#settings.set(bucket, { createdAt: new Date(), tags: undefined });
  }

  removeBucket(bucket: string): void {
    this.#settings.delete(bucket);
  }
}
