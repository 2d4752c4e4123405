import { EventEmitter } from 'node:events';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import type { KeyvStoreAdapter, StoredData } from 'keyv';

export interface BucketStoreOptions {
  /** Prefix of the object keys. @defaultValue 'keyv/' */
  readonly prefix?: string;
}

/**
 * Stores each value of a Keyv as one object of a bucket. Keyv serialises values, and removes those that have expired when they are read.
 *
 * Keyv accepts any string as a key. Object keys cannot contain `//` or `..`, and an object `a` cannot stand beside an object `a/b`, so keys are
 * percent-encoded. An encoded key has at most 255 bytes.
 */
export class BucketStore extends EventEmitter implements KeyvStoreAdapter {
  /** Keyv 5 offers an iterator only for dialects of its own adapters. */
  readonly opts = { dialect: 'redis' };
  /** Set by Keyv. Keys that Keyv passes begin with it. */
  namespace?: string;
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(bucket: Bucket, options: BucketStoreOptions = {}) {
    super();
    this.#bucket = bucket;
    this.#prefix = options.prefix ?? 'keyv/';
  }

  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    const text = await this.#read(this.#objectKey(key));
    return text as StoredData<Value> | undefined;
  }

  async set(key: string, value: string): Promise<void> {
    await this.#bucket.put(this.#objectKey(key), value, { contentType: 'application/json' });
  }

  async has(key: string): Promise<boolean> {
    return this.#bucket.exists(this.#objectKey(key));
  }

  async delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** Returns whether one of the keys existed. S3 does not report that, so it is checked before. */
  async deleteMany(keys: string[]): Promise<boolean> {
    const objectKeys = keys.map((key) => this.#objectKey(key));
    const existed = await Promise.all(objectKeys.map((key) => this.#bucket.exists(key)));
    await this.#bucket.delete(objectKeys);
    return existed.includes(true);
  }

  async clear(): Promise<void> {
    await this.#bucket.deleteAll({ prefix: this.#namespacePrefix(this.namespace) });
  }

  async *iterator<Value>(namespace?: string): AsyncGenerator<[string, Awaited<Value> | undefined], void> {
    for await (const objectKey of this.#bucket.keys({ prefix: this.#namespacePrefix(namespace) })) {
      const text = await this.#read(objectKey);
      if (text !== undefined) yield [decodeURIComponent(objectKey.slice(this.#prefix.length)), text as Awaited<Value>];
    }
  }

  /** Returns the text of an object, or undefined if it does not exist. */
  async #read(objectKey: string): Promise<string | undefined> {
    try {
      return await (await this.#bucket.get(objectKey)).text();
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  }

  #objectKey(key: string): string {
    return this.#prefix + encodeURIComponent(key).replaceAll('.', '%2E');
  }

  #namespacePrefix(namespace: string | undefined): string {
    return namespace === undefined ? this.#prefix : this.#objectKey(`${namespace}:`);
  }
}
