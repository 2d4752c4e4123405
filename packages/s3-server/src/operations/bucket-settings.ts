import type { Tags } from '@anybucket/core';

interface Settings {
  readonly createdAt: Date;
  readonly tags: Tags | undefined;
  readonly hasObjectLock: boolean;
}

/**
 * What S3 stores for a bucket and a datastore does not: the time of its creation, its tags, and
 * whether it was created with object lock. Kept in memory while the server runs.
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
    this.#settings.set(bucket, { createdAt: this.createdAt(bucket), tags, hasObjectLock: this.hasObjectLock(bucket) });
  }

  hasObjectLock(bucket: string): boolean {
    return this.#settings.get(bucket)?.hasObjectLock ?? false;
  }

  addBucket(bucket: string, settings: Omit<Settings, 'createdAt'>): void {
    this.#settings.set(bucket, { ...settings, createdAt: new Date() });
  }

  removeBucket(bucket: string): void {
    this.#settings.delete(bucket);
  }
}
