import { compareKeys } from '@anybucket/core/backend';
import type { FolderCache, FolderNames } from './directory-cache.js';
import { digestOf, isKey } from '../layout/key-paths.js';
import type { RecordFiles } from '../records/record-files.js';
import { keyOfRecord } from '../records/record-line.js';
import { isLongTurn, takeTurns } from '../system/event-loop.js';

/** The keys of a bucket whose bodies are under digests: only their records know them. A key never changes, so each record is read once. */
export class HiddenKeys {
  readonly #cache: FolderCache;
  readonly #folder: string;
  readonly #records: RecordFiles;
  #keys = new Map<string, string>();
  #digests: FolderNames = [];
  #sorted: FolderNames = [];

  constructor(cache: FolderCache, folder: string, records: RecordFiles) {
    this.#cache = cache;
    this.#folder = folder;
    this.#records = records;
  }

  /** All of them, in order. A body whose record is lost is left out until it is asked for by its key. */
  async sorted(signal: AbortSignal | undefined): Promise<FolderNames> {
    const digests = this.#cache.get(this.#folder) ?? (await this.#cache.load(this.#folder, signal));
    if (digests === this.#digests) return this.#sorted;
    const keys = new Map<string, string>();
    for (const digest of digests) {
      if (isLongTurn()) await takeTurns();
      const key = this.#keys.get(digest) ?? keyOfRecord(this.#records.read(digest));
      if (isKey(key) && digestOf(key) === digest) keys.set(digest, key);
    }
    this.#keys = keys;
    this.#sorted = [...keys.values()].sort(compareKeys);
    // Only when nothing was lost: a record may be healed, and the folder not show it.
    this.#digests = keys.size === digests.length ? digests : [];
    return this.#sorted;
  }
}
