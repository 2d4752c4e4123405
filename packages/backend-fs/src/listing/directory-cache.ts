import type { Dirent, Stats } from 'node:fs';
import { compareKeys } from '@anybucket/core/backend';
import { toKeyName } from '../layout/key-paths.js';
import type { NameRules } from '../layout/key-paths.js';
import { hasErrno } from '../system/errno.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import { Semaphore } from '../system/semaphore.js';

/** The names in a directory, in the order of their keys: files as they are, directories with a trailing `/`. */
export type DirectoryNames = readonly string[];

interface CachedDirectory {
  readonly names: DirectoryNames;
  /** The stats of the directory before it was read. */
  readonly stats: Stats;
  /** Milliseconds since 1970, before the directory was read. */
  readonly readAt: number;
}

/** Larger directories (about 1000 names) are read asynchronously. Windows reports a size of 0 for all. */
const maxSyncBytes = 64 * 1024;
/** Total number of names in the cache. */
const maxNames = 2 ** 21;
/** Number of names that are sorted without yielding. */
const runLength = 4096;
/** Number of names that are merged between two checks of the clock. */
const mergeStride = 1024;
/** A second change within this time, in milliseconds, may leave the modification time of a directory as it is. */
const minAgeMs = 50;

/** Large directories that are read at once. Each is open meanwhile. */
const loads = new Semaphore(() => 8);

/**
 * Caches the names in directories, so that the cost of a page does not depend on the size of the bucket. A directory is read again when it has
 * changed, or when its last change was so recent that another one may not show in its modification time.
 */
export class DirectoryCache {
  readonly #calls: FileCalls;
  readonly #rules: NameRules;
  readonly #minAgeMs: number;
  readonly #directories = new Map<string, CachedDirectory>();
  #nameCount = 0;

  /** @param mtimeStepUs The resolution of modification times on the volume, in microseconds. */
  constructor(calls: FileCalls, rules: NameRules, mtimeStepUs: number) {
    this.#calls = calls;
    this.#rules = rules;
    this.#minAgeMs = minAgeMs + (2 * mtimeStepUs) / 1000;
  }

  /**
   * Returns the names in a directory; none when the path is not a directory. Symbolic links and special files are omitted.
   * @param isRequired Whether to throw for a directory that this user cannot read. Otherwise it counts as empty, such as `lost+found`.
   * @returns Undefined for a large directory, which must first be read with {@link load}.
   */
  get(path: string, isRequired = false): DirectoryNames | undefined {
    const stats = this.#stats(path, isRequired);
    if (stats?.isDirectory() !== true) return [];
    const cached = this.#directories.get(path);
    if (cached !== undefined && this.#isFresh(cached, stats)) return cached.names;
    if (stats.size > maxSyncBytes) return undefined;
    const readAt = Date.now();
    return this.#add(path, { names: this.#readNames(path, isRequired), stats, readAt });
  }

  /** Reads a directory of any size without blocking the event loop. */
  async load(path: string, signal: AbortSignal | undefined, isRequired = false): Promise<DirectoryNames> {
    const stats = this.#stats(path, isRequired);
    if (stats === undefined) return [];
    const readAt = Date.now();
    const runs = await loads.run(() => this.#readRuns(path, signal, isRequired));
    return this.#add(path, { names: await mergeRuns(runs), stats, readAt });
  }

  /** Reads the names in a directory in sorted runs. */
  async #readRuns(path: string, signal: AbortSignal | undefined, isRequired: boolean): Promise<string[][]> {
    const runs: string[][] = [[]];
    let run: string[] = [];
    try {
      for await (const entry of this.#calls.opendirSync(path, { bufferSize: 1024 })) {
        const name = this.#nameOf(entry);
        if (name === undefined) continue;
        run.push(name);
        if (run.length < runLength) continue;
        signal?.throwIfAborted();
        runs.push(run.sort(compareKeys));
        run = [];
      }
    } catch (error) {
      if (!isOmitted(error, isRequired)) throw error;
    }
    runs.push(run.sort(compareKeys));
    return runs;
  }

  #isFresh({ stats, readAt }: CachedDirectory, current: Stats): boolean {
    if (stats.ino !== current.ino || stats.dev !== current.dev || stats.size !== current.size) return false;
    // The modification time may have been restored after a change. Some volumes have no time of the last change, and report that of the creation.
    if (stats.mtimeMs !== current.mtimeMs || stats.ctimeMs !== current.ctimeMs) return false;
    return Math.max(current.mtimeMs, current.ctimeMs) < readAt - this.#minAgeMs;
  }

  #stats(path: string, isRequired: boolean): Stats | undefined {
    try {
      return lstatOrUndefined(this.#calls, path);
    } catch (error) {
      if (isOmitted(error, isRequired)) return undefined;
      throw error;
    }
  }

  #readNames(path: string, isRequired: boolean): string[] {
    try {
      return this.#calls
        .readdirSync(path, { withFileTypes: true })
        .map((entry) => this.#nameOf(entry))
        .filter((name) => name !== undefined)
        .sort(compareKeys);
    } catch (error) {
      if (isOmitted(error, isRequired)) return [];
      throw error;
    }
  }

  /** Adds a directory, and evicts the least recently read ones. The new one stays, whatever its size. */
  #add(path: string, directory: CachedDirectory): DirectoryNames {
    this.#nameCount -= this.#directories.get(path)?.names.length ?? 0;
    this.#directories.delete(path);
    this.#directories.set(path, directory);
    this.#nameCount += directory.names.length;
    for (const [oldPath, { names }] of this.#directories) {
      if (this.#nameCount <= maxNames || oldPath === path) break;
      this.#directories.delete(oldPath);
      this.#nameCount -= names.length;
    }
    return directory.names;
  }

  #nameOf(entry: Dirent): string | undefined {
    if (entry.isFile()) return toKeyName(entry.name, this.#rules);
    return entry.isDirectory() ? `${toKeyName(entry.name, this.#rules)}/` : undefined;
  }
}

/** Returns whether a directory has been removed, or cannot be read by this user and may be omitted. */
function isOmitted(error: unknown, isRequired: boolean): boolean {
  return hasErrno(error, 'ENOENT', 'ENOTDIR') || (!isRequired && hasErrno(error, 'EACCES', 'EPERM'));
}

/** Merges sorted runs into one, and yields to the event loop meanwhile. */
async function mergeRuns(runs: string[][]): Promise<string[]> {
  let sorted = runs;
  while (sorted.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < sorted.length; i += 2) merged.push(await merge(sorted[i] ?? [], sorted[i + 1] ?? []));
    sorted = merged;
  }
  return sorted[0] ?? [];
}

async function merge(left: readonly string[], right: readonly string[]): Promise<string[]> {
  const merged: string[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    if (merged.length % mergeStride === 0 && shouldYield()) await yieldToEventLoop();
    const a = left[l];
    const b = right[r];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compareKeys(a, b) <= 0)) {
      merged.push(a ?? '');
      l++;
    } else {
      merged.push(b);
      r++;
    }
  }
}
