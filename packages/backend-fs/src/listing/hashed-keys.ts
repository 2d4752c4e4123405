import { compareKeys } from '@anybucket/core/backend';
import { isKey, keyHash } from '../layout/key-paths.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import type { DirectoryCache, DirectoryNames } from './directory-cache.js';

/** Files that are named by the hash of a key, and contain the key. */
interface KeyedFiles {
  /** Reads the key of a hash. @returns Undefined when there is no file, or a damaged one. */
  readKey(hash: string): string | undefined;
}

/**
 * The keys whose hashes are the names in a directory: those of bodies that are stored under the hash of their key, or those of histories. The key is
 * only in the record or in the history. It is read once per hash, since the key of a hash never changes.
 */
export class HashedKeys {
  readonly #cache: DirectoryCache;
  readonly #directory: string;
  readonly #files: KeyedFiles;
  #keys = new Map<string, string>();
  #hashes: DirectoryNames = [];
  #sorted: DirectoryNames = [];

  constructor(cache: DirectoryCache, directory: string, files: KeyedFiles) {
    this.#cache = cache;
    this.#directory = directory;
    this.#files = files;
  }

  /** Returns all keys in order. A body without a record is omitted until it is requested by its key, which heals the record. */
  async sorted(signal: AbortSignal | undefined): Promise<DirectoryNames> {
    const hashes = this.#cache.get(this.#directory) ?? (await this.#cache.load(this.#directory, signal));
    if (hashes === this.#hashes) return this.#sorted;
    const keys = new Map<string, string>();
    for (const hash of hashes) {
      if (shouldYield()) await yieldToEventLoop();
      const key = this.#keys.get(hash) ?? this.#files.readKey(hash);
      if (isKey(key) && keyHash(key) === hash) keys.set(hash, key);
    }
    this.#keys = keys;
    this.#sorted = [...keys.values()].sort(compareKeys);
    // With records missing, read again next time: healing a record does not change the directory.
    this.#hashes = keys.size === hashes.length ? hashes : [];
    return this.#sorted;
  }
}
