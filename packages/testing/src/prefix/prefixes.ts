import { isStorageError } from '@anybucket/core';
import { StorageError, checkAnyKey, checkBucketName, checkKey, messageOf } from '@anybucket/core/backend';

/** The prefixes of buckets and keys in the wrapped store. */
export class Prefixes {
  readonly #buckets: string;
  readonly #keys: string;
  readonly #anyKeys: boolean;

  /** @param anyKeys whether the wrapped store accepts every key of S3. */
  constructor(buckets: string, keys: string, anyKeys: boolean) {
    this.#buckets = buckets;
    this.#keys = keys;
    this.#anyKeys = anyKeys;
  }

  /** Returns the name of a bucket in the wrapped store. @throws `InvalidBucketName` if it is too long. */
  bucket(name: string): string {
    const prefixed = this.#buckets + name;
    if (this.#buckets !== '') checkBucketName(prefixed);
    return prefixed;
  }

  /** Returns the name of a bucket of the wrapped store without the prefix, as a list; an empty one if the bucket is not part of this store. */
  ownBucket(name: string): string[] {
    return name.startsWith(this.#buckets) ? [name.slice(this.#buckets.length)] : [];
  }

  /** Returns a key in the wrapped store. @throws `KeyTooLongError`, `InvalidKey` if a segment is too long. */
  key(key: string): string {
    const prefixed = this.#keys + key;
    if (this.#anyKeys) checkAnyKey(prefixed);
    else checkKey(prefixed);
    return prefixed;
  }

  /** Returns the prefix of a listing, or a position in it, which need not be a valid key. */
  prefix(prefix: string): string {
    return this.#keys + prefix;
  }

  /** Returns a position in a listing of versions or uploads: at the least after the prefix itself, which is not a key of this store. */
  after<Marker extends { readonly key: string }>(marker: Marker | undefined): Marker | { readonly key: string } | undefined {
    if (marker !== undefined) return { ...marker, key: this.prefix(marker.key) };
    return this.#keys === '' ? undefined : { key: this.#keys };
  }

  ownKey(key: string): string {
    return key.slice(this.#keys.length);
  }

  /** Returns an entry of a listing, or an object, with its own key. */
  own<Entry extends { readonly key: string }>(entry: Entry): Entry {
    return { ...entry, key: this.ownKey(entry.key) };
  }

  /** Runs a call. The bucket and key of its errors are those of the caller. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw isStorageError(error) ? this.ownError(error) : error;
    }
  }

  ownError(error: StorageError): StorageError {
    const { bucket, key } = error;
    if (bucket === undefined && key === undefined) return error;
    const { code, status, retryable, requestId, serverCode, deleteMarker, cause } = error;
    return new StorageError({
      code,
      message: messageOf(error),
      bucket: bucket?.startsWith(this.#buckets) === true ? bucket.slice(this.#buckets.length) : bucket,
      key: key?.startsWith(this.#keys) === true ? this.ownKey(key) : key,
      status,
      retryable,
      requestId,
      serverCode,
      deleteMarker,
      cause,
    });
  }
}
