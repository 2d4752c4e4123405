import type { Dirent, Stats } from 'node:fs';
import { compareKeys } from '@anybucket/core/backend';
import { hasErrno, look } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { nameInKey } from '../layout/key-paths.js';
import type { NameRules } from '../layout/key-paths.js';
import { sortRuns } from './sort-runs.js';

/** The names in a folder in the order of their keys: files as they are, folders with a `/` behind. */
export type FolderNames = readonly string[];

/** A folder as it was read, and how it looked then. */
interface CachedFolder {
  readonly names: FolderNames;
  readonly stats: Stats;
  /** ms since 1970, before the reading. */
  readonly readAt: number;
}

/** Folders that take more bytes than this (some 1000 names) are read without blocking. Windows reports 0 for all. */
const largeFolder = 64 * 1024;
/** Names that are remembered in all. */
const mostNames = 2 ** 21;
/** Names that are sorted at once. */
const runLength = 4096;
/** For how long, in ms, a folder's time doesn't tell whether it was changed again. */
const restlessMs = 50;

/**
 * Remembers what folders hold, so that a page of a listing costs the page. Other processes write too: a folder is read again when it was
 * changed since, or so shortly before it was read that its time can't tell.
 */
export class FolderCache {
  readonly #calls: FileCalls;
  readonly #rules: NameRules;
  readonly #restless: number;
  readonly #folders = new Map<string, CachedFolder>();
  #names = 0;

  /** @param step the precision of the volume's times, in µs. */
  constructor(calls: FileCalls, rules: NameRules, step: number) {
    this.#calls = calls;
    this.#rules = rules;
    this.#restless = restlessMs + (2 * step) / 1000;
  }

  /**
   * The names in a folder; none when it is no folder. Links and special files are left out.
   * @returns undefined for a large folder that must be read by {@link load} first.
   */
  get(path: string): FolderNames | undefined {
    const stats = look(this.#calls, path);
    if (stats?.isDirectory() !== true) return [];
    const cached = this.#folders.get(path);
    if (cached !== undefined && this.#isFresh(cached, stats)) return cached.names;
    if (stats.size > largeFolder) return undefined;
    const readAt = Date.now();
    return this.#keep(path, { names: this.#readNow(path), stats, readAt });
  }

  /** Reads a folder without blocking, whatever its size. */
  async load(path: string, signal: AbortSignal | undefined): Promise<FolderNames> {
    const stats = look(this.#calls, path);
    if (stats === undefined) return [];
    const readAt = Date.now();
    const runs: string[][] = [[]];
    let run: string[] = [];
    for await (const entry of this.#calls.opendirSync(path, { bufferSize: 1024 })) {
      const name = this.#nameOf(entry);
      if (name === undefined) continue;
      run.push(name);
      if (run.length < runLength) continue;
      signal?.throwIfAborted();
      runs.push(run.sort(compareKeys));
      run = [];
    }
    runs.push(run.sort(compareKeys));
    return this.#keep(path, { names: await sortRuns(runs), stats, readAt });
  }

  #isFresh({ stats, readAt }: CachedFolder, now: Stats): boolean {
    if (stats.mtimeMs !== now.mtimeMs || stats.ino !== now.ino || stats.dev !== now.dev || stats.size !== now.size) return false;
    return now.mtimeMs < readAt - this.#restless;
  }

  #readNow(path: string): string[] {
    try {
      return this.#calls
        .readdirSync(path, { withFileTypes: true })
        .map((entry) => this.#nameOf(entry))
        .filter((name) => name !== undefined)
        .sort(compareKeys);
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
      throw error;
    }
  }

  #keep(path: string, folder: CachedFolder): FolderNames {
    this.#names -= this.#folders.get(path)?.names.length ?? 0;
    this.#folders.delete(path);
    this.#folders.set(path, folder);
    this.#names += folder.names.length;
    // The oldest go first; the present one stays, whatever its size.
    for (const [old, { names }] of this.#folders) {
      if (this.#names <= mostNames || old === path) break;
      this.#folders.delete(old);
      this.#names -= names.length;
    }
    return folder.names;
  }

  #nameOf(entry: Dirent): string | undefined {
    if (entry.isFile()) return nameInKey(entry.name, this.#rules);
    return entry.isDirectory() ? `${nameInKey(entry.name, this.#rules)}/` : undefined;
  }
}
